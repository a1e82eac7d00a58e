import { randomInt } from 'node:crypto';
import { describe, test } from 'vitest';
import { amountOf } from '../../support/long-run.ts';
import type { ModelScript } from '../../support/model/model-action.ts';
import { runModel } from '../../support/model/model-run.ts';
import { runScripts } from '../../support/model/run-scripts.ts';

/** Scripts that once broke a promise, and some that chance rarely finds. */
const scripts: readonly (readonly [what: string, script: ModelScript])[] = [
  [
    'a heartbeat passes while a watch that ended cleanly is not open',
    {
      actions: [
        { kind: 'wait', ms: 70_000 },
        { kind: 'restart-api-server', how: 'end' },
        { kind: 'write', type: 'configmaps', name: 0, namespace: 0 },
        { kind: 'fault', fault: 'reset', count: 1 },
        { kind: 'burst', count: 2 },
      ],
      seed: 0,
      isLarge: false,
      isShared: false,
    },
  ],
  [
    'events of a watch wait for the check by which its rows are to be proven',
    {
      actions: [
        { kind: 'wait', ms: 70_000 },
        { kind: 'restart-api-server', how: 'end' },
        { kind: 'wait', ms: 600 },
        { kind: 'write', type: 'configmaps', name: 0, namespace: 0 },
        { kind: 'spell', spell: 'etcd-frozen', ms: 200 },
        { kind: 'fault', fault: 'reset', count: 1 },
        { kind: 'edit-definition' },
        { kind: 'fault', fault: 'reset', count: 1 },
      ],
      seed: 0,
      isLarge: false,
      isShared: false,
    },
  ],
  [
    'an object is made anew again and again while a list by metadata fetches it',
    {
      actions: [
        { kind: 'wait', ms: 5_000 },
        { kind: 'write', type: 'pods', name: 0, namespace: 0 },
        { kind: 'restart-api-server', how: 'reset' },
        { kind: 'write', type: 'configmaps', name: 0, namespace: 0 },
        {
          kind: 'later',
          turns: 1,
          write: { kind: 'replace', type: 'configmaps', name: 0, namespace: 0 },
          times: 200,
        },
        { kind: 'wait', ms: 5_000 },
      ],
      seed: 1,
      isLarge: true,
      isShared: false,
    },
  ],
  [
    'the clock is set back while a type is missing from one discovery',
    {
      actions: [
        { kind: 'wait', ms: 1 },
        { kind: 'down', writes: 1, restartApiServer: true },
        { kind: 'spell', spell: 'logged-out', ms: 200 },
        { kind: 'toggle-definition' },
        { kind: 'wait', ms: 70_000 },
        { kind: 'jump', ms: -3_600_000 },
      ],
      seed: 0,
      isLarge: false,
      isShared: false,
    },
  ],
  [
    'watches end while their last events are queued, and are opened again at once',
    {
      actions: [
        { kind: 'wait', ms: 70_000 },
        { kind: 'burst', count: 6 },
        { kind: 'turns', count: 4 },
        { kind: 'end-watches' },
        { kind: 'wait', ms: 600 },
      ],
      seed: 2,
      isLarge: false,
      isShared: false,
    },
  ],
  [
    'watches end as etcd answers again after two minutes, and the API server restarts',
    {
      actions: [
        { kind: 'switch-version' },
        { kind: 'restart' },
        { kind: 'wait', ms: 70000 },
        { kind: 'write', type: 'secrets', name: 5, namespace: 0 },
        { kind: 'spell', spell: 'etcd-frozen', ms: 130000 },
        { kind: 'end-watches' },
        { kind: 'restart-api-server', how: 'reset' },
        {
          kind: 'later',
          turns: 23,
          write: { kind: 'write', type: 'widgets.example.com', name: 1, namespace: 1 },
          times: 1,
        },
        { kind: 'toggle-definition' },
        { kind: 'wait', ms: 5000 },
        { kind: 'edit-definition' },
      ],
      seed: 1167931260,
      isLarge: false,
      isShared: false,
    },
  ],
  [
    'watches end as etcd answers again after two minutes',
    {
      actions: [
        { kind: 'restore' },
        { kind: 'write', type: 'configmaps', name: 3, namespace: 1 },
        { kind: 'write', type: 'widgets.example.com', name: 3, namespace: 0 },
        { kind: 'watch-fault', fault: 'half-a-line', count: 4 },
        { kind: 'turns', count: 1 },
        { kind: 'fault', fault: 'unauthorized', count: 2 },
        { kind: 'spell', spell: 'etcd-frozen', ms: 130000 },
        { kind: 'end-watches' },
        { kind: 'wait', ms: 45 },
        { kind: 'wait', ms: 5000 },
        { kind: 'fault', fault: 'expired-page', count: 6 },
      ],
      seed: 1390320964,
      isLarge: false,
      isShared: false,
    },
  ],
];

describe('whatever happens to cluster, network and process, the mirror keeps its promises and gets there in the end', () => {
  test.each(scripts)('when %s', { timeout: 60_000 }, async (_what, script) => {
    await runModel(script);
  });

  // Each run draws others: what chance rarely finds is found in time, and by `npm run model`.
  test('in random scripts', { timeout: 900_000 }, async () => {
    await runScripts(amountOf(150, 2_000), randomInt(2 ** 31));
  });
});
