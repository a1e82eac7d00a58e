import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { crdBody } from '../support/sample-crd.ts';
import { steeringCharacters, steeringText, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

let synced: SyncedNavi;
let hostile: Simulator;
let refusing: Simulator;
let env: NodeJS.ProcessEnv;

const says = `${steeringText} \u001BP+q544e\u001B\\ \u001B]52;c;ZWNobw==\u0007 \u009D0;x\u009C FINIS`;

beforeAll(async () => {
  synced = await syncedNavi();
  hostile = await startSimulator();
  const message = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Forbidden',
    message: says,
    code: 403,
  };
  const forbidden = { kind: 'answer', status: 403, body: message } as const;
  hostile.faults.always(({ type }) => type === 'configmaps' || type === 'events', forbidden);
  hostile.faults.always(({ type }) => type === 'endpoints', {
    kind: 'addHeaders',
    headers: { warning: `299 - "${says.replaceAll(/[\p{Cc}]|[^\p{ASCII}]/gu, ' ')}"` },
  });
  refusing = await startSimulator();
  refusing.faults.always(() => true, forbidden);
  hostile.state.create('customresourcedefinitions.apiextensions.k8s.io', odd());
  const kubeconfig = synced.file('hostile', hostile.kubeconfig());
  env = { KUBECONFIG: kubeconfig, NAVI_DATA_DIR: `${synced.folder}/hostile-data`, NO_COLOR: '1' };
});
afterAll(async () => {
  await hostile.stop();
  await refusing.stop();
  await synced.remove();
});

/** A definition whose columns steer a terminal. */
function odd(): ReturnType<typeof crdBody> {
  const crd = { group: 'shop.example', singular: 'widget', namespaced: true, extraFieldCount: 1 };
  return JSON.parse(
    JSON.stringify(crdBody(crd)).replaceAll('Extra-extra0', JSON.stringify(`Ex${steeringText}`).slice(1, -1)),
  ) as never;
}

/** What moves the cursor to draw a line of progress anew is navi's own. */
const withoutProgress = (shown: string): string =>
  ['\u001B[1A', '\r\u001B[2K', '\r\u001B[J', '\u001B[?7l', '\u001B[?7h'].reduce(
    (text, own) => text.replaceAll(own, ''),
    shown,
  );

describe('what an API server says', () => {
  test('reaches no terminal alive while it is synced', { timeout: 60_000 }, async () => {
    expect(steeringCharacters(withoutProgress(await synced.onTerminal('sync --once', 200, env)))).toEqual([]);
    const KUBECONFIG = synced.file('refusing', refusing.kubeconfig());
    const shown = await synced.onTerminal('sync --once', 200, { ...env, KUBECONFIG });
    expect(shown).toContain('FINIS');
    expect(steeringCharacters(withoutProgress(shown))).toEqual([]);
  });

  test.each([
    'get configmaps',
    'get pods',
    'get endpoints',
    'get widgets',
    'status --all',
    'status -o json',
    'search x',
  ])('reaches no terminal alive by navi %s', async (args) => {
    const shown = await synced.onTerminal(args, 200, env);
    expect(shown.trim()).not.toBe('');
    expect(steeringCharacters(shown), args).toEqual([]);
  });

  test('is on one line each where a plain sync tells of it', { timeout: 60_000 }, async () => {
    const { stderr } = await synced.navi(['sync', '--once'], {
      ...env,
      KUBECONFIG: synced.file('refusing', refusing.kubeconfig()),
    });
    expect(stderr).toContain('FINIS');
    expect(steeringCharacters(stderr)).toEqual([]);
  });
});

test('names of a kubeconfig reach no terminal alive', async () => {
  const text = synced.simulator.kubeconfig().replaceAll(/(?<=[: ])simulator$/gm, JSON.stringify(`s${steeringText}`));
  const KUBECONFIG = synced.file('odd-names', text);
  for (const args of ['status', 'get pods', 'sync --once', 'search x', 'status --all-contexts']) {
    const shown = await synced.onTerminal(args, 200, { KUBECONFIG, NO_COLOR: '1' });
    expect(shown.trim(), args).not.toBe('');
    expect(steeringCharacters(withoutProgress(shown)), `${args}: ${JSON.stringify(shown)}`).toEqual([]);
  }
});
