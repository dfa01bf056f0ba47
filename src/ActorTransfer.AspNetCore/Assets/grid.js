// The active transfers: only the rows in view are in the document. Arrow keys move between rows, and Tab leaves the grid.

import { byId, duration, element, number, rate, setText, size, words } from './text.js';

const overscan = 6;
const scroll = byId('scroll');
const body = byId('rows');
const table = byId('grid');
const transfers = new Map();
const rows = new Map(); // id -> row in the document
const spare = [];
let list = [];
let isStale = true; // the list must be made again
let current = null; // id of the row that Tab enters
let scheduled = false;
let act = () => {};

/** @param handler (action, transfer) for the buttons of a row. */
export function start(handler) {
  act = handler;
  scroll.addEventListener('scroll', schedule, { passive: true });
  new ResizeObserver(schedule).observe(scroll);
  for (const [id, type] of [['find', 'input'], ['order', 'change']]) {
    byId(id).addEventListener(type, () => { isStale = true; schedule(); });
  }
  body.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button) act(button.dataset.act, transfers.get(button.closest('tr').transfer));
  });
  body.addEventListener('focusin', event => choose(event.target.closest('tr')?.transfer));
  body.addEventListener('keydown', move);
}

export const find = id => transfers.get(id);

export function replace(all) {
  transfers.clear();
  add(all);
  isStale = true;
  schedule();
}

export function change(added, changed, removed) {
  add(added);
  for (const part of changed) {
    const transfer = transfers.get(part.id);
    if (transfer) Object.assign(transfer, part, { version: transfer.version + 1 });
  }
  removed.forEach(id => transfers.delete(id));
  isStale ||= added.length > 0 || removed.length > 0 || byId('find').value !== '' || /slow|fast/.test(byId('order').value);
  schedule();
}

export const count = () => transfers.size;

function add(all) {
  for (const transfer of all) transfers.set(transfer.id, Object.assign(transfer, { version: 0 }));
}

function schedule() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => { scheduled = false; render(); });
}

function arrange() {
  isStale = false;
  const sought = byId('find').value.trim().toLowerCase();
  list = [...transfers.values()];
  if (sought) {
    list = list.filter(t => `${t.file}\n${t.peer}\n${t.account}\n${words(t.state)}\n${t.method ?? ''}\n${t.signalling ? words(t.signalling) : ''}`.toLowerCase().includes(sought));
  }
  const orders = { new: (a, b) => b.id - a.id, slow: (a, b) => a.rate - b.rate || a.id - b.id, fast: (a, b) => b.rate - a.rate || a.id - b.id };
  list.sort(orders[byId('order').value] ?? ((a, b) => a.id - b.id));
  list.forEach((transfer, index) => { transfer.index = index; });
  setText(byId('shown'), sought ? `${number(list.length)} of ${number(transfers.size)}` : '');
  const none = byId('none');
  none.hidden = list.length > 0;
  setText(none, transfers.size > 0 ? 'No active transfer matches.' : 'No active transfers.');
  table.setAttribute('aria-rowcount', list.length + 1);
}

const rowHeight = () => parseFloat(getComputedStyle(scroll).getPropertyValue('--row'));

function render() {
  if (isStale) arrange();
  const height = rowHeight();
  body.style.height = `${list.length * height}px`;
  const offset = scroll.scrollTop - body.offsetTop;
  const first = Math.max(0, Math.floor(offset / height) - overscan);
  const end = Math.min(list.length, Math.ceil((offset + scroll.clientHeight) / height) + overscan);
  const focused = body.contains(document.activeElement) ? document.activeElement : null;
  const kept = focused?.closest('tr').transfer;
  const shown = list.slice(first, end);
  const keptTransfer = transfers.get(kept);
  if (focused && keptTransfer && list[keptTransfer.index] === keptTransfer && !shown.includes(keptTransfer)) {
    if (keptTransfer.index < first) shown.unshift(keptTransfer); else shown.push(keptTransfer);
  }
  const lost = focused && !shown.some(transfer => transfer.id === kept) ? rows.get(kept) : null;
  const [lostIndex, lostButton] = lost ? [lost.index, lost.buttons.indexOf(focused)] : [];
  const wanted = new Set(shown.map(transfer => transfer.id));
  for (const [id, row] of rows) {
    if (!wanted.has(id)) {
      rows.delete(id);
      row.remove();
      if (spare.length < 64) spare.push(row);
    }
  }
  if (!wanted.has(current)) current = shown[Math.min(overscan, first, shown.length - 1)]?.id ?? null;
  place(shown, height);
  if (lost) refocus(lostIndex, lostButton);
}

/** Keeps the rows in their order, and does not move the focused one: it would lose the focus. */
function place(shown, height) {
  shown.forEach((transfer, at) => {
    let row = rows.get(transfer.id);
    if (!row) {
      row = spare.pop() ?? build();
      row.transfer = transfer.id;
      row.version = -1;
      rows.set(transfer.id, row);
    }
    while (body.children[at] !== row) {
      if (row.contains(document.activeElement)) body.append(body.children[at]); else body.insertBefore(row, body.children[at] ?? null);
    }
    if (row.index !== transfer.index || row.height !== height) {
      row.index = transfer.index;
      row.height = height;
      row.style.transform = `translateY(${transfer.index * height}px)`;
      row.setAttribute('aria-rowindex', transfer.index + 2);
    }
    if (row.version !== transfer.version) fill(row, transfer);
    const tab = transfer.id === current ? 0 : -1;
    for (const button of row.buttons) if (button.tabIndex !== tab) button.tabIndex = tab;
  });
}

function build() {
  const cell = (name, ...children) => element('td', { role: 'gridcell', className: name }, ...children);
  const row = element('tr', { role: 'row' });
  const parts = {
    file: element('button', { type: 'button', className: 'link' }),
    bar: element('progress'),
    share: element('span', { className: 'share' }),
    pause: element('button', { type: 'button' }),
    cancel: element('button', { type: 'button', textContent: 'Cancel' }),
  };
  parts.file.dataset.act = 'show';
  parts.cancel.dataset.act = 'cancel';
  for (const name of ['peer', 'state', 'method', 'rate', 'left']) parts[name] = cell(name);
  row.append(cell('file', parts.file), parts.peer, parts.state, parts.method, cell('progress', parts.bar, parts.share), parts.rate, parts.left,
    cell('actions', parts.pause, ' ', parts.cancel));
  row.parts = parts;
  row.buttons = [parts.file, parts.pause, parts.cancel];
  return row;
}

function fill(row, t) {
  const { parts } = row;
  row.version = t.version;
  const known = t.size !== undefined;
  const share = known && t.size > 0 ? Math.min(t.bytes / t.size, 1) : null;
  setText(parts.file, t.file);
  parts.file.title = t.file;
  parts.file.setAttribute('aria-label', `${t.file}: conversation of transfer ${t.id}`);
  parts.cancel.setAttribute('aria-label', `Cancel transfer ${t.id}, ${t.file}`);
  parts.pause.dataset.act = t.paused ? 'resume' : 'pause';
  setText(parts.pause, t.paused ? 'Resume' : 'Pause');
  parts.pause.setAttribute('aria-label', `${t.paused ? 'Resume' : 'Pause'} transfer ${t.id}, ${t.file}`);
  setText(parts.peer, `${t.incoming ? 'from' : 'to'} ${t.peer}`);
  parts.peer.title = `${t.peer}, account ${t.account}`;
  setText(parts.state, t.paused ? `${words(t.state)}, paused` : words(t.state));
  setText(parts.method, t.method ? words(t.method) : '–');
  const signalling = t.signalling ? `offered by ${words(t.signalling)}` : '';
  parts.method.title = [signalling, t.host].filter(Boolean).join(', ');
  if (share === null) parts.bar.removeAttribute('value'); else parts.bar.value = share;
  parts.bar.setAttribute('aria-label', `Progress of transfer ${t.id}`);
  setText(parts.share, known ? `${share === null ? 100 : Math.floor(share * 100)} % of ${size(t.size)}` : size(t.bytes));
  setText(parts.rate, rate(t.rate));
  setText(parts.left, known && t.rate > 0 ? duration((t.size - t.bytes) / t.rate) : '–');
}

function choose(id) {
  if (id === undefined || id === current) return;
  for (const button of rows.get(current)?.buttons ?? []) button.tabIndex = -1;
  for (const button of rows.get(id)?.buttons ?? []) button.tabIndex = 0;
  current = id;
}

/** The focused row has ended: the row in its place gets the focus, or the heading if there is none. */
function refocus(index, at) {
  if (list.length === 0) byId('active-title').focus(); else focusRow(Math.min(index, list.length - 1), at);
}

function focusRow(index, at) {
  const height = rowHeight();
  const head = body.offsetTop;
  const top = head + index * height;
  if (top - head < scroll.scrollTop) scroll.scrollTop = top - head;
  if (top + height > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + height - scroll.clientHeight;
  current = list[index].id;
  render();
  rows.get(list[index].id)?.buttons[at]?.focus({ preventScroll: true });
}

function move(event) {
  const row = event.target.closest('tr');
  if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
  const page = Math.max(1, Math.floor(scroll.clientHeight / rowHeight()) - 1);
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
  const aside = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by) {
    event.preventDefault();
    focusRow(Math.max(0, Math.min(list.length - 1, row.index + by)), row.buttons.indexOf(event.target));
  } else if (aside) {
    event.preventDefault();
    row.buttons[Math.max(0, Math.min(row.buttons.length - 1, row.buttons.indexOf(event.target) + aside))].focus();
  }
}
