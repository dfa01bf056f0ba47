// The conversation of one transfer: stanzas between this side, its peer and proxies, and the states between them.

import { byId, clock, element, reason, setText, words } from './text.js';

const dialog = byId('conversation');
const ladder = byId('ladder');
let shown = null; // id of the transfer
let lines = -1; // of the last request
let texts = []; // what is in the document

/** @param closed called when the dialog has been closed. */
export function start(closed) {
  byId('conversation-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener('close', () => { shown = null; closed(); });
}

export function open(transfer) {
  shown = transfer.id;
  lines = -1;
  texts = [];
  ladder.replaceChildren();
  setText(byId('conversation-title'), transfer.file);
  dialog.showModal();
  byId('conversation-title').focus();
  update(() => transfer);
}

/** Reads the conversation again if it has more lines. */
export async function update(find) {
  if (shown === null) return;
  const transfer = find(shown);
  if (!transfer) return;
  const state = transfer.outcome ? reason(transfer) : words(transfer.state);
  setText(byId('conversation-what'), `Transfer ${transfer.id} ${transfer.incoming ? 'from' : 'to'} ${transfer.peer}, account ${transfer.account}: ${state}`);
  const version = transfer.outcome ? `${transfer.lines} ended` : transfer.lines;
  if (version === lines) return;
  lines = version;
  const asked = shown;
  const response = await fetch(`${asked}/conversation`);
  if (response.ok && asked === shown) show(await response.json(), transfer);
}

/** Lines that are shown already stay in the document. */
function show(events, transfer) {
  const self = events.find(event => event.self)?.self;
  const start = events[0]?.at;
  const fresh = events.map(event => JSON.stringify(event));
  let same = 0;
  while (same < texts.length && texts[same] === fresh[same]) same++;
  while (ladder.children.length > same) ladder.lastElementChild.remove();
  ladder.append(...events.slice(same).map(event => event.state ? state(event, start) : stanza(event, start, self, transfer)));
  texts = fresh;
}

const time = (event, start) => element('time', { title: clock(event.at) }, `+${((event.at - start) / 1000).toFixed(3)} s`);

function state(event, start) {
  const made = element('li', { className: 'state' }, time(event, start), element('b', {}, words(event.state)));
  made.dataset.state = event.state;
  return made;
}

function stanza(event, start, self, transfer) {
  const isSent = self ? event.from === self : event.from !== transfer.peer;
  const other = isSent ? event.to : event.from;
  return element('li', { className: isSent ? 'stanza sent' : 'stanza received' }, time(event, start),
    element('span', { className: 'arrow', 'aria-hidden': 'true' }, isSent ? '→' : '←'),
    element('span', { className: 'other' }, element('span', { className: 'unseen' }, isSent ? 'to ' : 'from '), other || 'server'),
    element('span', { className: 'summary' }, event.text));
}
