import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { manualClock, type ManualClock } from './clocks.ts';

let simulator: Simulator;
let clock: ManualClock;

beforeEach(async () => {
  clock = manualClock();
  simulator = await startSimulator({ clock, withoutToken: 'admin' });
});

afterEach(async () => {
  await simulator.stop();
});

const at = (seconds: number): string => new Date(clock.now() - seconds * 1_000).toISOString();

function makePod(name: string, containerStatuses: readonly JsonObject[], spec: JsonObject = { nodeName: 'a' }): void {
  simulator.state.create('pods', {
    metadata: { name, namespace: 'default' },
    spec: { ...spec, containers: containerStatuses.map(({ name: container }) => ({ name: container ?? '' })) },
    status: { containerStatuses },
  });
}

async function log(name: string, query = ''): Promise<string> {
  const answer = await fetch(`${simulator.url}/api/v1/namespaces/default/pods/${name}/log?${query}`);
  const text = await answer.text();
  return answer.status === 200 ? text : `${answer.status} ${(JSON.parse(text) as { message: string }).message}`;
}

test('a log has a line for every ten seconds of a run, the same at every time', async () => {
  makePod('web', [{ name: 'app', state: { running: { startedAt: at(95) } } }]);
  const lines = (await log('web')).split('\n');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('');
  expect(await log('web', 'container=app&tailLines=2')).toBe(`${lines.slice(8).join('\n')}`);
  expect(await log('web', 'sinceSeconds=30')).toBe(lines.slice(7).join('\n'));
  expect(await log('web', `sinceTime=${at(30)}`)).toBe(lines.slice(7).join('\n'));
  expect(await log('web', 'limitBytes=10')).toBe(lines.join('\n').slice(0, 10));
  expect(await log('web', 'timestamps=true&tailLines=1')).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z [A-Z]+ app: /,
  );
  expect(await log('web', 'tailLines=0')).toBe('');
});

test('what has no log says so in the words of server and kubelet', async () => {
  const waiting = { waiting: { reason: 'ContainerCreating' } };
  makePod('two', [
    { name: 'app', state: { running: { startedAt: at(5) } } },
    { name: 'side', state: waiting },
  ]);
  makePod('unplaced', [{ name: 'app' }], {});
  expect(await log('two')).toBe('400 a container name must be specified for pod two, choose one of: [app side]');
  expect(await log('two', 'container=x')).toBe('400 container x is not valid for pod two');
  expect(await log('two', 'container=side')).toBe(
    '400 container "side" in pod "two" is waiting to start: ContainerCreating',
  );
  expect(await log('two', 'container=app&previous=true')).toBe(
    '400 previous terminated container "app" in pod "two" not found',
  );
  expect(await log('unplaced')).toBe('');
  expect(await log('nope')).toBe('404 pods "nope" not found');
});

test('a log that is followed goes on, and ends with its reader', async () => {
  makePod('web', [{ name: 'app', state: { running: { startedAt: at(5) } } }]);
  const read: string[] = [];
  const asked = request(`${simulator.url}/api/v1/namespaces/default/pods/web/log?follow=true`);
  const coming = Promise.withResolvers<void>();
  let next = coming;
  asked.on('response', (response) => {
    response.setEncoding('utf8').on('data', (text: string) => {
      read.push(text);
      next.resolve();
    });
    response.on('error', () => undefined);
  });
  asked.on('error', () => undefined);
  asked.end();
  await coming.promise;
  expect(read).toHaveLength(1);
  next = Promise.withResolvers<void>();
  while (read.length < 2) {
    clock.advance(5_000);
    await Promise.race([next.promise, new Promise((resolve) => setImmediate(resolve))]);
  }
  expect(read.join('')).toMatch(/^([A-Z]+ app: .+\n){2,}$/);
  asked.destroy();
});
