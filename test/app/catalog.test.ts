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

test('health follows requests: a quota fault is down, a success is up again, a bad request says nothing', async () => {
  const catalog = createCatalog({ clock: fakeClock(), describer });
  await catalog.setEndpoints([fakeEndpoint([], { models: [{ name: 'a' }] })]);
  let changes = 0;
  catalog.onDidChange(() => changes++);
  catalog.observe('fake', new EndpointError('tooLong', 'Too long.'));
  assert.equal(catalog.health()[0]?.state, 'ok');
  catalog.observe('fake', new EndpointError('quota', 'Wait 20 s.'));
  assert.equal(catalog.health()[0]?.sentence, 'Wait 20 s.');
  catalog.observe('fake', undefined);
  assert.equal(catalog.health()[0]?.state, 'ok');
  assert.equal(changes, 2);
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
