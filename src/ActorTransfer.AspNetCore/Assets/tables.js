// Ended transfers, accounts, proxies and nodes.

import { byId, clock, element, number, reason, size } from './text.js';

const most = 100;
const ended = new Map(); // id -> ended transfer

export const findEnded = id => ended.get(id);

/** @param fresh the last first; isWhole: they replace all. */
export function addEnded(name, fresh, isWhole) {
  const body = byId(name);
  if (isWhole) body.replaceChildren();
  body.prepend(...fresh.map(transfer => row(name, transfer)));
  while (body.children.length > most) {
    ended.delete(body.lastElementChild.transfer);
    body.lastElementChild.remove();
  }
  byId(`no-${name}`).hidden = body.children.length > 0;
  body.closest('table').hidden = body.children.length === 0;
}

function row(name, transfer) {
  ended.set(transfer.id, transfer);
  const cell = (kind, content) => element('td', { role: 'cell', className: kind }, content);
  const file = element('button', {
    type: 'button', className: 'link', textContent: transfer.file, title: transfer.file, 'aria-label': `${transfer.file}: conversation of transfer ${transfer.id}`,
  });
  file.dataset.show = transfer.id;
  const made = element('tr', { role: 'row' },
    cell('time', clock(transfer.at)),
    cell('file', file),
    cell('peer', `${transfer.incoming ? 'from' : 'to'} ${transfer.peer}`),
    name === 'failed' ? cell('reason', reason(transfer)) : cell('bytes', size(transfer.bytes)));
  made.transfer = transfer.id;
  made.dataset.outcome = transfer.outcome;
  return made;
}

export function showAccounts(accounts) {
  byId('accounts').replaceChildren(...accounts.map(account => link(account)));
}

export function showProxies(proxies) {
  byId('proxies').replaceChildren(...proxies.map(proxy => {
    const made = link(proxy);
    if (proxy.active !== undefined) {
      const facts = [
        `${number(proxy.active)} pairs active`, `${number(proxy.waiting)} waiting`, `${number(proxy.setUps)} set up`, `${size(proxy.bytes)} relayed`,
        `${number(proxy.refusals)} refused`,
      ];
      made.append(element('p', { className: 'facts', title: proxy.refused }, facts.join(' · ')));
      made.append(element('p', { className: 'dim' }, `${proxy.draining ? 'draining; ' : ''}listens on ${proxy.listen}`));
    }
    return made;
  }));
}

/** @param cluster undefined: there is none. */
export function showCluster(cluster) {
  byId('cluster').hidden = !cluster;
  if (!cluster) return;
  byId('nodes').replaceChildren(...cluster.nodes.map(node => {
    const made = link(node);
    const facts = [
      node.self && 'this node', node.roles && `roles ${node.roles}`, node.connections && `holds ${node.connections}`,
      node.accounts > 0 && `${number(node.accounts)} account${node.accounts === 1 ? '' : 's'}`, node.moving > 0 && `${number(node.moving)} moving`,
    ];
    made.append(element('p', { className: 'facts' }, facts.filter(Boolean).join(' · ')));
    return made;
  }));
  byId('places').replaceChildren(...cluster.accounts.map(account => {
    const made = link({ name: account.name, status: account.moving ? 'moving' : 'settled' });
    made.append(element('p', { className: 'dim' }, account.node));
    return made;
  }));
}

function link(entry) {
  const made = element('li', {}, element('span', { className: 'name' }, entry.name), ' ', element('span', { className: 'status' }, entry.status));
  made.dataset.status = entry.status;
  if (entry.reason) made.append(element('p', { className: 'dim' }, entry.reason));
  return made;
}
