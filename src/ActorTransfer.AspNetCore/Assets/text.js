// Formats, and elements with text. Text of peers is only ever set as textContent.

const decimals = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export const number = value => whole.format(value);

export function size(bytes) {
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 1000) return `${unit === 'B' ? whole.format(value) : decimals.format(value)} ${unit}`;
    value /= 1000;
  }
  return `${decimals.format(value)} TB`;
}

export const rate = bytes => bytes >= 1000 ? `${decimals.format(bytes / 1e6)} MB/s` : bytes > 0 ? '< 0.1 MB/s' : '–';

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  const s = Math.ceil(seconds);
  const two = value => String(value).padStart(2, '0');
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

export function clock(time) {
  const at = new Date(time);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(part => String(part).padStart(2, '0')).join(':');
}

/** CamelCase names of states and reasons as words. */
export const words = name => name.replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

/** "Failed in streaming: connection lost (peer). ..." */
export function reason(ended) {
  const where = ended.phase ? ` in ${words(ended.phase).toLowerCase()}` : '';
  const side = ended.side === 'Local' ? 'this side' : (ended.side ?? '').toLowerCase();
  switch (ended.outcome) {
    case 'Failed': return `${words(ended.reason)}${where}, by ${side}. ${ended.detail}`;
    case 'Refused': return `Refused by ${side}: ${ended.detail}`;
    case 'Cancelled': return `Cancelled by ${side}${where}`;
    default: return 'Completed';
  }
}

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Changes the document only if the text has changed. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export const byId = id => document.getElementById(id);
