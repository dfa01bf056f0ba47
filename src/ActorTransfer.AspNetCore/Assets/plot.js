// Throughput of the last minutes as three lines.

import { byId, rate, setText } from './text.js';

const names = ['sent', 'received', 'relayed'];
const svg = 'http://www.w3.org/2000/svg';
const width = 600;
const height = 120;
const spoken = 10_000;
let samples = [];
let lines;
let top;
let since;
let described = 0;

function build() {
  const picture = document.createElementNS(svg, 'svg');
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('aria-hidden', 'true');
  for (const y of [0.5, height / 2, height - 0.5]) {
    const rule = document.createElementNS(svg, 'line');
    rule.setAttribute('class', 'rule');
    for (const [key, value] of Object.entries({ x1: 0, x2: width, y1: y, y2: y })) rule.setAttribute(key, value);
    picture.append(rule);
  }
  lines = names.map(name => {
    const line = document.createElementNS(svg, 'polyline');
    line.setAttribute('class', name);
    picture.append(line);
    return line;
  });
  [top, since] = ['top', 'since'].map(name => Object.assign(document.createElement('span'), { className: name }));
  const now = Object.assign(document.createElement('span'), { className: 'now', textContent: 'now' });
  byId('plot').append(picture, top, since, now);
}

/** 1, 2 or 5 times a power of ten. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e5)));
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= value);
}

/** @param fresh samples [time, sent, received, relayed]; isWhole: they replace all. */
export function plot(fresh, isWhole) {
  if (!lines) build();
  samples = (isWhole ? fresh : samples.concat(fresh)).slice(-300);
  const last = samples.at(-1);
  if (!last) return;
  const high = ceiling(Math.max(...samples.map(sample => Math.max(sample[1], sample[2], sample[3]))));
  const from = last[0] - 300_000;
  lines.forEach((line, at) => line.setAttribute('points', samples
    .map(sample => `${((sample[0] - from) / 300_000 * width).toFixed(1)},${(height - 1 - sample[at + 1] / high * (height - 2)).toFixed(1)}`)
    .join(' ')));
  setText(top, `${high / 1e6} MB/s`);
  setText(since, '5 min ago');
  names.forEach((name, at) => setText(byId(`now-${name}`), rate(last[at + 1])));
  describe(last);
}

/** A screen reader that is on the plot must not hear it every second. */
function describe(last) {
  if (last[0] - described < spoken) return;
  described = last[0];
  byId('plot').setAttribute('aria-label', 'Throughput of the last 5 minutes. ' + names.map((name, at) => {
    const most = Math.max(...samples.map(sample => sample[at + 1]));
    return `${name}: ${rate(last[at + 1])} now, ${rate(most)} at most`;
  }).join('; ').replaceAll('–', 'nothing'));
}
