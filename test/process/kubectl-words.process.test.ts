import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { clusterProgram, clusterProgramsMissing, kubectlEnvironment } from '../support/cluster-programs.ts';
import { startLongCommand, type CommandEnd } from '../support/long-command.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';

/** What a program wrote, and how it ended. */
interface Written extends CommandEnd {
  readonly stdout: string;
  readonly stderr: string;
}

const hourMs = 3_600_000;

/** A time so many hours and a half ago. */
function ago(hours: number): string {
  return new Date(Date.now() - (hours + 0.5) * hourMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function fill({ state }: Simulator): void {
  const make = (name: string, status: JsonObject, labels: JsonObject = {}): void => {
    state.create('deployments.apps', { metadata: { name, namespace: 'many', labels }, spec: {}, status });
  };
  const available = (status: string): JsonObject => ({ conditions: [{ type: 'Available', status }] });
  state.create('namespaces', { metadata: { name: 'many' } });
  make('a', available('True'), { app: 'x' });
  make('b', available('True'), { app: 'x' });
  make('c', available('False'));
  make('odd', { conditions: { a: 1 }, half: 1.5, none: null, large: 123456789 });
  const tell = (name: string, fields: JsonObject): void => {
    const involvedObject = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', namespace: 'many' };
    state.create('events', { metadata: { name, namespace: 'many' }, type: 'Warning', involvedObject, ...fields });
  };
  tell('counted', { reason: 'Scaled', message: 'to 3', count: 3, firstTimestamp: ago(12), lastTimestamp: ago(9) });
  const message = ' has spaces\u001B[31m around it  ';
  tell('once', { type: 'Normal', reason: 'Long', message, count: 1, firstTimestamp: ago(10), lastTimestamp: ago(10) });
  const micro = (hours: number): string => ago(hours).replace('Z', '.000000Z');
  const series = { count: 7, lastObservedTime: micro(8) };
  tell('series', { reason: 'Again', message: 'more', eventTime: micro(20), series, reportingComponent: 'x' });
}

describe.skipIf(clusterProgramsMissing() !== undefined)(
  'navi and kubectl at one simulated cluster say the same',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
    let simulator: Simulator;
    let navi: NaviInstallation;

    beforeAll(async () => {
      // kubectl sends no token without TLS.
      simulator = await startSimulator({ withoutToken: 'admin' });
      fill(simulator);
      const kubeconfig = join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, simulator.kubeconfig());
      navi = installNavi(kubeconfig);
      await navi.daemon().waitFor('discovery', ({ msg }) => msg === 'discovered');
      expect(await navi.run(['sync', '--once'])).toMatchObject({ code: 0 });
    });

    afterAll(async () => {
      await navi.remove();
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function byKubectl(args: readonly string[]): Promise<Written> {
      const { PATH } = process.env;
      const env = { ...kubectlEnvironment, PATH, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
      const command = startLongCommand(clusterProgram('kubectl'), args, env);
      return { ...(await command.ended), stdout: command.stdout(), stderr: command.stderr() };
    }

    test.each(
      [
        'events -n many',
        'events -A',
        'events -n many --no-headers --types warning',
        'events -n many --for deploy/a',
        'events -n nowhere',
        'events -A --for pod/a',
        'wait deployment/a --for=condition=available',
        'wait deploy a b --for=condition=Available=TRUE -o name',
        'wait deployment/a --for=condition=Available --for=create --timeout=0',
        'wait deployment/a --for=jsonpath={.status.conditions[0].type}=Available -o json',
        'wait deployment/a deployment/b --for=jsonpath={.status.conditions[0].type} -o yaml',
        'wait deployment/c --for=condition=Available --timeout=0',
        'wait deployment/c --for=condition=Available --timeout=1s',
        'wait deployment/c --for=delete --timeout=0',
        'wait deployment/nope --for=create --timeout=0',
        'wait deployment/nope --for=condition=Available',
        'wait deployment/nope pod/nope --for=condition=Available',
        'wait deployment/nope --for=delete',
        'wait deployment/odd --for=condition=Available',
        'wait deployment/odd --for=jsonpath={.status.half}=1.5',
        'wait deployment/odd --for=jsonpath={.status.none}=<nil>',
        'wait deployment/odd --for=jsonpath={.status.large}=123456789',
        'wait deployment/c --for=jsonpath={.status}=x',
        'wait deployment/c --for=jsonpath={.status.conditions[7]}',
        'wait deployment/c --for=jsonpath={.a}=b=c',
        'wait deployments -l app=nobody --for=condition=Available',
        'wait deployments -l app=nobody --for=delete',
        'wait deployments --for=condition=Available',
        'wait deployments -l !! --for=delete',
        'wait deployments,pods --all --for=condition=Available --timeout=0',
        'wait deploymnets/x --for=delete',
        'wait deployment/c --for=ready',
        'wait deployment/c',
        'wait --for=delete',
        'wait -l app=x --for=delete',
        'wait deployment/c -l app=x --for=delete',
        'wait a/b/c --for=delete',
        'wait deployment x% --for=delete',
      ].map((line) => (line.startsWith('wait') ? `${line} -n many` : line)),
    )('%s', async (line) => {
      const args = line.split(' ');
      expect(await navi.ask(args)).toEqual(await byKubectl(args));
    });
  },
);
