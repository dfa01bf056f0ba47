// The live page: reads the view as server-sent events and passes it to its parts.

import * as grid from './grid.js';
import * as ladder from './ladder.js';
import { plot } from './plot.js';
import { addEnded, findEnded, showAccounts, showCluster, showProxies } from './tables.js';
import { byId, number, reason, setText } from './text.js';

const token = document.querySelector('meta[name="actor-transfer-token"]').content;
const quiet = 5_000; // between two announcements of failures
let version = 0;
let announced = 0;
let opener = null;
let draining = false;

const find = id => grid.find(id) ?? findEnded(id);

function announce(text) {
  byId('news').textContent = text;
}

function link(state, text) {
  const shown = byId('link');
  shown.dataset.link = state;
  setText(shown, text);
}

function common(view) {
  version = view.version;
  link('live', view.draining ? 'Live, draining' : 'Live');
  draining = view.draining;
  setText(byId('drain'), draining ? 'Accept again…' : 'Drain…');
  setText(byId('sum-active'), number(grid.count()));
  for (const [name, value] of Object.entries(view.totals)) setText(byId(`sum-${name}`), number(value));
  document.title = `${grid.count()} active – Transfers`;
  ladder.update(find);
}

function whole(view) {
  grid.replace(view.active);
  addEnded('completed', view.completed, true);
  addEnded('failed', view.failed, true);
  showAccounts(view.accounts);
  showProxies(view.proxies);
  showCluster(view.cluster);
  plot(view.throughput, true);
  common(view);
}

function change(view) {
  grid.change(view.added, view.changed, view.removed);
  addEnded('completed', view.completed, false);
  addEnded('failed', view.failed, false);
  if (view.accounts) showAccounts(view.accounts);
  if (view.proxies) showProxies(view.proxies);
  if (view.cluster) showCluster(view.cluster);
  plot(view.throughput, false);
  announceFailures(view.failed.filter(ended => ended.outcome === 'Failed'), view.at);
  common(view);
}

function announceFailures(failed, at) {
  if (failed.length === 0 || at - announced < quiet) return;
  announced = at;
  announce(failed.length === 1 ? `${failed[0].file}: ${reason(failed[0])}` : `${failed.length} transfers failed`);
}

function follow() {
  const events = new EventSource('events');
  events.addEventListener('view', event => whole(JSON.parse(event.data)));
  events.addEventListener('change', event => change(JSON.parse(event.data)));
  events.addEventListener('end', event => link('lost', JSON.parse(event.data).reason));
  events.addEventListener('error', () => {
    link('lost', 'No connection to the application; retrying');
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 3_000);
  });
}

async function post(path, done, failed) {
  try {
    const response = await fetch(path, { method: 'POST', headers: { 'X-ActorTransfer-Token': token } });
    announce(response.ok ? done : `${failed}: ${await response.text() || response.statusText}`);
  } catch {
    announce(`${failed}: no connection to the application`);
  }
}

function confirm(title, what, yes, then) {
  const dialog = byId('confirm');
  setText(byId('confirm-title'), title);
  setText(byId('confirm-what'), what);
  setText(byId('confirm-yes'), yes);
  dialog.returnValue = 'no';
  dialog.onclose = () => { if (dialog.returnValue === 'yes') then(); };
  dialog.showModal();
}

function act(name, transfer) {
  if (!transfer) return;
  if (name === 'show') show(transfer);
  if (name === 'pause') post(`${transfer.id}/pause`, `Pausing ${transfer.file}`, `Transfer ${transfer.id} was not paused`);
  if (name === 'resume') post(`${transfer.id}/resume`, `Resuming ${transfer.file}`, `Transfer ${transfer.id} was not resumed`);
  if (name === 'cancel') {
    confirm('Cancel this transfer?', `${transfer.file}, ${transfer.incoming ? 'from' : 'to'} ${transfer.peer}. Both sides end it.`, 'Cancel transfer',
      () => post(`${transfer.id}/cancel`, `Cancelling ${transfer.file}`, `Transfer ${transfer.id} was not cancelled`));
  }
}

function show(transfer) {
  opener = document.activeElement;
  ladder.open(transfer);
}

grid.start(act);
ladder.start(() => opener?.isConnected && opener.focus());
for (const id of ['failed', 'completed']) {
  byId(id).addEventListener('click', event => {
    const button = event.target.closest('button[data-show]');
    const transfer = button && findEnded(Number(button.dataset.show));
    if (transfer) show(transfer);
  });
}
byId('drain').addEventListener('click', () => draining
  ? confirm('Accept transfers again?', 'New transfers are allowed again. Proxies that were drained stay so until the application restarts.', 'Accept again',
    () => post('end-drain', 'Accepting transfers again', 'The drain was not ended'))
  : confirm('Drain this engine?',
    'No new transfers and no new pairs of proxies are allowed; active ones continue. Transfers can be accepted again, pairs of proxies only after a restart.', 'Drain',
    () => post('drain', 'Draining', 'The engine was not drained')));
follow();
