import assert from 'node:assert/strict';
import test from 'node:test';
import { totalCents } from '../src/cart.js';

test('adds up one of each', () => {
  const items = [
    { name: 'milk', priceCents: 129, quantity: 1 },
    { name: 'bread', priceCents: 250, quantity: 1 },
  ];
  assert.equal(totalCents(items), 379);
});

test('counts the quantity', () => {
  assert.equal(totalCents([{ name: 'apple', priceCents: 45, quantity: 6 }]), 270);
});

test('a discount leaves whole cents', () => {
  assert.equal(totalCents([{ name: 'egg', priceCents: 99, quantity: 3 }], 10), 267);
});
