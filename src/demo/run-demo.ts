import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asArray, asObject, type Json } from '../core/json.ts';
import { NaviError } from '../errors/navi-error.ts';
import { plainMessageOf } from '../errors/plain-words.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { delay, systemClock } from '../util/clock.ts';
import { foundCompany } from './company.ts';
import { demoGuide } from './demo-guide.ts';
import { Life } from './life.ts';
import { readCommand, showCommand, startDaemon, type NaviChild, type NaviProgram } from './navi-child.ts';
import { seededRandom } from './seeded-random.ts';
import type { World } from './world.ts';

/** What the demo takes from outside. */
export interface DemoRun {
  /** The file by which Node runs navi. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  /** On a terminal the demo stays up until it is interrupted; otherwise it ends after what it shows. */
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

/** Interrupted before everything was shown. */
const interrupted = 130;

/** Longest time until the mirror is complete (ms). */
const completeWithinMs = 30_000;

/** After that, watches that have not yet proven themselves are shown as they are (ms). */
const healthyWithinMs = 2_000;

/** The same company every time. */
const seed = 20;

/** What is shown, in this order. */
const shown: readonly string[] = [
  'status',
  'get pods -A',
  'get deployments,services -n shop',
  'search crash',
  'get queues -A',
];

interface Stage {
  readonly run: DemoRun;
  readonly navi: NaviProgram;
  readonly daemon: NaviChild;
  readonly folder: string;
  readonly world: World;
  /** Aborts when the demo is to end. */
  readonly signal: AbortSignal;
}

/** @throws NAVI_USAGE where there is no place for one */
function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'navi-demo-'));
  } catch (error) {
    throw new NaviError('NAVI_USAGE', `no folder can be made in ${tmpdir()}: ${plainMessageOf(error)}`, {
      hints: ['choose another place with TMPDIR'],
      cause: error,
    });
  }
}

/**
 * `navi demo`: a simulated cluster in this process, a daemon that mirrors it, and commands that answer from the mirror.
 * Everything it starts has ended, and its folder is gone, when it resolves with the exit code or rejects.
 * @throws NAVI_DAEMON_SILENT when the daemon ends or does not complete the mirror
 */
export async function runDemo(run: DemoRun): Promise<number> {
  await using ending = new AsyncDisposableStack();
  const signal = untilSignalled(ending);
  const folder = makeFolder();
  ending.defer(() => rmSync(folder, { recursive: true, force: true }));
  const clock = systemClock();
  const random = seededRandom(seed);
  const simulator = await startSimulator({ random, usageSeed: seed });
  ending.defer(() => simulator.stop());
  const world = { state: simulator.state, clock, random };
  foundCompany(world);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig(), { mode: 0o600 });
  const env = { ...run.env, KUBECONFIG: kubeconfig, NAVI_DATA_DIR: join(folder, 'data') };
  const navi = { file: run.program, env };
  const daemon = startDaemonIn(folder, navi, ending);
  run.write(`A small company runs on a simulated API server at ${simulator.url}\n`);
  run.write(`navi sync --daemon (pid ${daemon.pid}) mirrors it\n`);
  const stage = { run, navi, daemon, folder, world, signal };
  const isDone = (await untilComplete(stage)) && (await showCommands(stage));
  if (!isDone) return interrupted;
  if (run.isTerminal) await stayUp(stage);
  return 0;
}

/** The stack's last entry: signals count as wishes to end until everything has been cleaned up. */
function untilSignalled(ending: AsyncDisposableStack): AbortSignal {
  const wish = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const abort = (): void => wish.abort();
    process.on(name, abort);
    ending.defer(() => void process.off(name, abort));
  }
  return wish.signal;
}

/** Should this process end by a bug, then the daemon and the folder go with it. */
function startDaemonIn(folder: string, navi: NaviProgram, ending: AsyncDisposableStack): NaviChild {
  const log = openSync(join(folder, 'daemon.log'), 'a', 0o600);
  const daemon = startDaemon(navi, log);
  closeSync(log);
  const abandon = (): void => {
    daemon.kill();
    // It may still have been writing a moment ago.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  process.once('exit', abandon);
  ending.defer(async () => {
    await daemon.end();
    process.off('exit', abandon);
  });
  return daemon;
}

/** Resolves false when interrupted. @throws NAVI_DAEMON_SILENT */
async function untilComplete(stage: Stage): Promise<boolean> {
  const { run, navi, daemon, signal } = stage;
  const clock = systemClock();
  const startedAtMs = clock.monotonic();
  let completeMs: number | undefined;
  while (await delay(clock, 50, signal)) {
    const mirror = readMirror(await readCommand(navi, ['status', '-o', 'json']));
    const tookMs = clock.monotonic() - startedAtMs;
    if (mirror.isComplete && completeMs === undefined) {
      completeMs = tookMs;
      run.write(`its ${mirror.objectCount} objects were complete after ${(completeMs / 1_000).toFixed(1)} s\n`);
    }
    if (completeMs !== undefined && (mirror.isHealthy || tookMs - completeMs > healthyWithinMs)) return true;
    if (!daemon.isRunning() || tookMs > completeWithinMs) throw daemonFailure(stage);
  }
  return false;
}

function daemonFailure({ daemon, folder }: Stage): NaviError {
  const tail = readFileSync(join(folder, 'daemon.log'), 'utf8').trimEnd().split('\n').slice(-3);
  const what = daemon.isRunning() ? 'has not completed the mirror' : 'ended';
  return new NaviError('NAVI_DAEMON_SILENT', `the daemon of the demo ${what}`, { hints: tail });
}

interface MirrorLook {
  readonly objectCount: number;
  readonly isComplete: boolean;
  readonly isHealthy: boolean;
}

/** What `navi status -o json` says about the one cluster; nothing is complete before there are types. */
function readMirror(statusJson: string): MirrorLook {
  const status = statusJson === '' ? {} : asObject(JSON.parse(statusJson) as Json);
  const [cluster] = asArray(status['clusters']).map(asObject);
  const types = asArray(cluster?.['types'])
    .map(asObject)
    .filter((type) => type['mirrored'] === true);
  return {
    objectCount: types.reduce((sum, type) => sum + Number(type['objectCount']), 0),
    isComplete: types.length > 0 && types.every((type) => type['complete'] === true),
    // Watches of events take some seconds to prove themselves: nobody waits for that.
    isHealthy: types.every((type) => type['health'] === 'healthy' || type['type'] === 'events'),
  };
}

/** Resolves false when interrupted. */
async function showCommands({ run, navi, signal }: Stage): Promise<boolean> {
  for (const command of shown) {
    if (signal.aborted) return false;
    run.write(`\n$ navi ${command}\n`);
    await showCommand(navi, command.split(' '));
  }
  return !signal.aborted;
}

/** Something happens every second or so. @throws NAVI_DAEMON_SILENT when the daemon ends */
async function stayUp(stage: Stage): Promise<void> {
  const { run, navi, daemon, world, signal } = stage;
  run.write(demoGuide(navi));
  const clock = systemClock();
  const life = new Life(world);
  const gone = new AbortController();
  void daemon.ended.then(() => gone.abort());
  const either = AbortSignal.any([signal, gone.signal]);
  while (await delay(clock, 700 + world.random() * 600, either)) {
    run.write(`${new Date(clock.now()).toTimeString().slice(0, 8)}  ${life.step()}\n`);
  }
  run.write('\n');
  if (!signal.aborted) throw daemonFailure(stage);
}
