import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createApiClient, type ApiClient } from '../support/api-client.ts';
import { createSeededRandom } from '../support/seeded-random.ts';
import { mirrorFiles, withStore } from '../support/stored-mirror.ts';
import { DaemonSupervisor } from './daemon-supervisor.ts';
import { quietPoint, type QuietPoint } from './quiet-point.ts';
import { RollingLoad } from './rolling-load.ts';
import { deploymentsPath, startSoakCluster, type SoakCluster } from './soak-cluster.ts';
import { makeFault, type AwaySince, type MadeFault } from './soak-faults.ts';
import { SoakReaders } from './soak-readers.ts';
import { memoryQuarters, reportText, violationsOf, type AuditCounts, type SoakReport } from './soak-report.ts';

/**
 * The soak: the built navi mirrors three contexts of a real cluster whose pods roll all the time, with a fault every 20
 * seconds and a quiet point every three minutes, at which every store must equal the server. Run by itself:
 * `node test/soak/soak.ts --minutes 60`. Exit code 1 where anything was not as it must be.
 */
interface SoakOptions {
  readonly minutes: number;
  readonly pods: number;
  readonly seed: number;
  /** The report goes to `<path>.json` and `<path>.txt`, the daemon's log to `<path>.log`. */
  readonly report: string;
}

const faultEveryMs = 20_000;
const quietEveryMs = 180_000;
const fillTimeoutMs = 600_000;

/** Each type is audited some times an hour, between the faults. */
const auditMinutes = 10;

const say = (line: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
};

/** What runs while faults are made. */
interface RunningSoak {
  readonly soak: SoakCluster;
  readonly daemon: DaemonSupervisor;
  readonly load: RollingLoad;
  readonly readers: SoakReaders;
  readonly away: AwaySince;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
}

async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const soak = await startSoakCluster(options.pods);
  const { url, caFile, adminToken } = soak.cluster;
  const client = createApiClient({ url, caFile, token: adminToken });
  const folder = mkdtempSync(join(tmpdir(), 'navi-soak-'));
  const dataDir = join(folder, 'data');
  const { NAVI_DEBUG: _debug, NAVI_CONFIG: _config, XDG_RUNTIME_DIR: _runtime, ...rest } = process.env;
  mkdirSync(join(folder, 'navi'), { recursive: true });
  writeFileSync(join(folder, 'navi', 'config.toml'), `[daemon]\naudit_interval = "${auditMinutes}m"\n`);
  const env = { ...rest, KUBECONFIG: soak.kubeconfig, NAVI_DATA_DIR: dataDir, XDG_CONFIG_HOME: folder };
  const daemon = new DaemonSupervisor(env, `${options.report}.log`);
  try {
    say(`filling: ${soak.deployments.length} deployments of ${soak.replicaCount} pods`);
    await untilFilled(soak, client);
    const away: AwaySince = new Map();
    const load = new RollingLoad(soak, client, createSeededRandom(options.seed + 1));
    const readers = new SoakReaders(env, soak.contexts, away);
    daemon.start();
    return await soakFor(options, { soak, daemon, load, readers, away, dataDir, env });
  } finally {
    client.close();
    await daemon.stop();
    await soak.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soakFor(options: SoakOptions, running: RunningSoak): Promise<SoakReport> {
  const { daemon, load, readers, dataDir } = running;
  const quietPoints: QuietPoint[] = [];
  const faults: MadeFault[] = [];
  const random = createSeededRandom(options.seed);
  await beQuiet(running, quietPoints);
  readers.start();
  const endAt = performance.now() + options.minutes * 60_000;
  while (performance.now() < endAt) {
    load.start();
    const quietAt = Math.min(endAt, performance.now() + quietEveryMs);
    for (let faultAt = performance.now(); faultAt < quietAt; faultAt += faultEveryMs) {
      await pause(Math.max(0, faultAt - performance.now()));
      const fault = await makeFault({ ...running, random }, running.away);
      // A controller that could not reach its cluster for too long has ended, as one under a supervisor does.
      running.soak.cluster.startOthers();
      say(`${fault.name}, ${fault.durationMs} ms`);
      faults.push(fault);
    }
    await load.stop();
    await beQuiet(running, quietPoints);
  }
  const readerReport = await readers.stop();
  const daemonExitCode = await daemon.stop();
  const measured = {
    seed: options.seed,
    minutes: options.minutes,
    podCount: running.soak.deployments.length * running.soak.replicaCount,
    faults,
    quietPoints,
    restartedDeploymentCount: load.restartCount,
    changedObjectCount: load.changeCount,
    daemonStartCount: daemon.startCount,
    daemonExitCode,
    daemonProblems: daemon.problems,
    lineCounts: Object.fromEntries(daemon.lineCounts),
    memory: memoryQuarters(daemon.samples),
    readers: readerReport,
    audit: auditCounts(dataDir),
  };
  return { ...measured, violations: violationsOf(measured) };
}

async function beQuiet(running: RunningSoak, quietPoints: QuietPoint[]): Promise<void> {
  const point = await quietPoint(running.soak, running.dataDir, running.env);
  quietPoints.push(point);
  say(`quiet point ${quietPoints.length}: ${JSON.stringify(point)}`);
}

/** Resolves when every deployment has all its pods available. */
async function untilFilled({ deployments, replicaCount }: SoakCluster, client: ApiClient): Promise<void> {
  const giveUpAt = performance.now() + fillTimeoutMs;
  for (;;) {
    const { text } = await client.request(deploymentsPath);
    const { items } = JSON.parse(text) as {
      readonly items: readonly { readonly status: { availableReplicas?: number } }[];
    };
    const available = items.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0);
    if (available === deployments.length * replicaCount) return;
    if (performance.now() > giveUpAt) throw new Error(`only ${available} pods became available`);
    await pause(1_000);
  }
}

function auditCounts(dataDir: string): AuditCounts {
  const sums = mirrorFiles(dataDir).map(
    (file) =>
      withStore(file, (database) =>
        database
          .prepare(
            `select count(audited_at) as types, coalesce(sum(audit_object_count), 0) as objects,
             coalesce(sum(audit_difference_count), 0) as differences from scope`,
          )
          .get(),
      ) as { types: number; objects: number; differences: number },
  );
  return {
    auditedTypeCount: sums.reduce((sum, { types }) => sum + types, 0),
    objectCount: sums.reduce((sum, { objects }) => sum + objects, 0),
    differenceCount: sums.reduce((sum, { differences }) => sum + differences, 0),
  };
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    pods: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string', default: 'soak-report' },
  },
});
const options = {
  minutes: Number(values.minutes),
  pods: Number(values.pods),
  seed: Number(values.seed),
  report: values.report,
};
// An interrupted soak ends through the handlers of `exit`, which take its processes along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
mkdirSync(dirname(options.report), { recursive: true });
const report = await runSoak(options);
writeFileSync(`${options.report}.json`, `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(`${options.report}.txt`, reportText(report));
process.stdout.write(reportText(report));
process.exitCode = report.violations.length === 0 ? 0 : 1;
