import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrder } from '../../src/hook/chooseWindow.ts';
import type { WindowFile } from '../../src/protocol/hookWire.ts';

function window(id: string, folders: readonly string[], leads = false): WindowFile {
  return { version: 1, id, pid: 1, port: 1, token: '', proof: '', folders, leads };
}

const order = (windows: readonly WindowFile[], ...folders: readonly string[]) =>
  inOrder(windows, folders).map(({ id }) => id);

test('the nearest folder comes first, then who leads, then the rest', () => {
  const windows = [window('a', ['/w']), window('b', ['/x', '/w/app']), window('c', [], true), window('d', ['/'])];
  assert.deepEqual(order(windows, '/w/app/src'), ['b', 'a', 'd', 'c']);
  assert.deepEqual(order(windows, '/w/app'), ['b', 'a', 'd', 'c']);
  assert.deepEqual(order(windows, '/w/application'), ['a', 'd', 'c', 'b']);
  assert.deepEqual(order(windows.slice(0, 3), '/elsewhere'), ['c', 'a', 'b']);
  assert.deepEqual(order(windows.slice(0, 3)), ['c', 'a', 'b']);
});

test('an agent’s first folder counts before its others', () => {
  const windows = [window('a', ['/longer/name']), window('b', ['/w'])];
  assert.deepEqual(order(windows, '/w', '/longer/name'), ['b', 'a']);
});

test('of two windows with one folder, the one that leads is asked', () => {
  assert.deepEqual(order([window('a', ['/w']), window('b', ['/w/'], true)], '/w/x'), ['b', 'a']);
});

test('Windows’ paths are the same in any case and with either stroke', () => {
  assert.deepEqual(order([window('a', ['C:\\Shop']), window('b', ['c:/shop/App'])], 'C:\\shop\\app\\src'), ['b', 'a']);
  assert.deepEqual(order([window('a', ['/Shop']), window('b', ['/other'], true)], '/shop'), ['b', 'a']);
});
