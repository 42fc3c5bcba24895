import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCatalog } from '../../src/app/catalog.ts';
import { EndpointError } from '../../src/core/endpointError.ts';
import type { WorkerApi } from '../../src/ports.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { fakeEndpoint } from '../fakes/fakeEndpoint.ts';

const describer: Pick<WorkerApi, 'describeModels'> = {
  describeModels: async (queries) => ({
    priceBook: 'v',
    models: queries.map(({ model }) => ({ model, price: undefined, strength: undefined })),
  }),
};

test('lists the models of every endpoint; one that is down says why and keeps its last models', async () => {
  const models: { value: readonly { name: string }[] | Error } = { value: [{ name: 'a' }] };
  const flaky = {
    ...fakeEndpoint([], { id: 'flaky' }),
    listModels: async () => {
      if (models.value instanceof Error) throw models.value;
      return models.value;
    },
  };
  const catalog = createCatalog({ clock: fakeClock(), describer });
  await catalog.setEndpoints([fakeEndpoint([], { id: 'good', models: [{ name: 'b' }, { name: 'c' }] }), flaky]);
  assert.deepEqual(
    catalog.models().map(({ model }) => model.name),
    ['b', 'c', 'a'],
  );
  models.value = new EndpointError('unreachable', 'It is not running: start it.');
  await catalog.refresh();
  assert.deepEqual(
    catalog.models().map(({ model }) => model.name),
    ['b', 'c', 'a'],
  );
  assert.deepEqual(
    catalog.health().map(({ state, sentence }) => [state, sentence]),
    [
      ['ok', undefined],
      ['down', 'It is not running: start it.'],
    ],
  );
});

test('health follows requests: out of reach is the endpoint, out of quota one model for a while, a bad request nothing', async () => {
  const clock = fakeClock();
  const catalog = createCatalog({ clock, describer });
  await catalog.setEndpoints([fakeEndpoint([], { models: [{ name: 'a' }, { name: 'b' }] })]);
  let changes = 0;
  catalog.onDidChange(() => changes++);
  const health = () => catalog.health()[0];
  const troubles = () => catalog.models().map(({ trouble }) => trouble);

  catalog.observe('fake/a', new EndpointError('refused', 'Bad request.'));
  assert.equal(changes, 0);
  catalog.observe('fake/a', new EndpointError('quota', 'Wait 20 s.', { retryAfterSeconds: 20 }));
  assert.deepEqual([health()?.state, health()?.sentence], ['ok', 'Wait 20 s.']);
  assert.deepEqual(troubles(), ['out of quota just now', undefined]);
  clock.advance(20_000);
  assert.deepEqual(troubles(), [undefined, undefined]);
  catalog.observe('fake/b', new EndpointError('unreachable', 'It is down: start it.'));
  assert.equal(health()?.state, 'down');
  catalog.observe('fake/b', undefined);
  assert.deepEqual([health()?.state, health()?.sentence], ['ok', undefined]);
  assert.equal(changes, 3);
});

test('a key that is not taken is the endpoint, one that a model is not for is that model', async () => {
  const catalog = createCatalog({ clock: fakeClock(), describer });
  await catalog.setEndpoints([fakeEndpoint([], { models: [{ name: 'a' }] })]);
  catalog.observe('fake/a', new EndpointError('unauthorized', 'Not yours.', { status: 403 }));
  assert.equal(catalog.health()[0]?.state, 'ok');
  catalog.observe('fake/a', new EndpointError('unauthorized', 'Wrong key.', { status: 401 }));
  assert.equal(catalog.health()[0]?.state, 'down');
  catalog.observe('fake/a', new EndpointError('quota', 'Wait 20 s.', { status: 429, retryAfterSeconds: 20 }));
  assert.equal(catalog.health()[0]?.state, 'ok', 'the key is taken by now, or nobody would count its quota');
});

test('cloud endpoints are asked less often than own servers', async () => {
  const asked: string[] = [];
  const clock = fakeClock();
  const endpoint = (id: string, local: boolean) => ({
    ...fakeEndpoint([], { id, local }),
    listModels: async () => {
      asked.push(id);
      return [];
    },
  });
  const catalog = createCatalog({ clock, describer });
  await catalog.setEndpoints([endpoint('own', true), endpoint('cloud', false)]);
  clock.advance(60_000);
  await catalog.refresh(60_000, 900_000);
  assert.deepEqual(asked, ['own', 'cloud', 'own']);
});

test('asks again only what is old enough, and never twice at once', async () => {
  let asked = 0;
  const clock = fakeClock();
  const endpoint = {
    ...fakeEndpoint([]),
    listModels: async () => {
      asked++;
      return [];
    },
  };
  const catalog = createCatalog({ clock, describer });
  await catalog.setEndpoints([endpoint]);
  await catalog.refresh(30_000);
  assert.equal(asked, 1);
  clock.advance(30_000);
  await Promise.all([catalog.refresh(30_000), catalog.refresh(30_000)]);
  assert.equal(asked, 2);
});

test('models are listed without a price where the worker cannot be asked', async () => {
  const catalog = createCatalog({
    clock: fakeClock(),
    describer: { describeModels: () => Promise.reject(new Error('worker is gone')) },
  });
  await catalog.setEndpoints([fakeEndpoint([], { models: [{ name: 'a' }] })]);
  assert.deepEqual(
    catalog.models().map(({ price }) => price),
    [undefined],
  );
});
