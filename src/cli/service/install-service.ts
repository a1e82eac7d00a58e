import { counted } from '../../core/counted.ts';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NaviError } from '../../errors/navi-error.ts';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { lockFile, makeDirectory, makePrivateDirectory } from '../../store/data-directory.ts';
import { lockHolder } from '../../store/lock-database.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { agentLabel, launchdAgent, serviceName, systemdUnit } from './service-file.ts';
import { mustRun, run } from './service-manager.ts';
import { servicePlace, type ServicePlace } from './service-place.ts';
import { serviceProgram } from './service-program.ts';

/** What the service is to mirror. */
export interface ServiceSubjects {
  /** Files of the kubeconfig, absolute. */
  readonly kubeconfig: readonly string[];
  /** Flags of `navi sync` that choose contexts. */
  readonly args: readonly string[];
}

/** The unit or agent as it would be installed. @throws NAVI_USAGE on a platform without either */
export function serviceText(env: NodeJS.ProcessEnv, subjects: ServiceSubjects): string {
  const { manager, logFile } = servicePlace(env);
  const program = serviceProgram(env, subjects);
  return manager === 'systemd' ? systemdUnit(program) : launchdAgent(program, logFile);
}

/** Writes it, and has the manager start it; lines to tell. @throws NAVI_DAEMON_RUNNING, NAVI_USAGE, NAVI_STORE_UNUSABLE */
export function installService(env: NodeJS.ProcessEnv, subjects: ServiceSubjects): readonly string[] {
  const place = servicePlace(env);
  const text = serviceText(env, subjects);
  // A service that cannot be reached installs nothing.
  if (place.manager === 'systemd') mustRun('systemctl', ['--user', 'show-environment']);
  refuseOther(env, place);
  // systemd cannot open what is not there to the service alone.
  makePrivateDirectory(openDataDirectory(env));
  write(place.file, text);
  if (place.manager === 'systemd') {
    mustRun('systemctl', ['--user', 'daemon-reload']);
    mustRun('systemctl', ['--user', 'enable', serviceName]);
    // Without waiting: the first sync of a large cluster takes minutes.
    mustRun('systemctl', ['--user', 'restart', '--no-block', serviceName]);
    return [
      `installed ${place.file}, and started`,
      'navi service status says how it is; loginctl enable-linger has it run while you are not logged in',
    ];
  }
  const domain = `gui/${process.getuid?.() ?? 0}`;
  run('launchctl', ['bootout', `${domain}/${agentLabel}`]);
  mustRun('launchctl', ['bootstrap', domain, place.file]);
  return [`installed ${place.file}, and started`, 'navi service status says how it is'];
}

/** A daemon of another origin keeps the lock: the service would end at once. */
function refuseOther(env: NodeJS.ProcessEnv, place: ServicePlace): void {
  const holder = lockHolder(lockFile(openDataDirectory(env)));
  if (holder === undefined || existsSync(place.file)) return;
  throw new NaviError('NAVI_DAEMON_RUNNING', `a daemon (pid ${holder.pid}) keeps the mirrors already`, {
    hints: ['navi stop ends it'],
  });
}

function write(file: string, text: string): void {
  try {
    makeDirectory(dirname(file));
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    throw new NaviError('NAVI_STORE_UNUSABLE', `${file} cannot be written: ${plainMessageOf(error)}`, {
      hints: ['navi service install --print shows what is to be in it'],
      cause: error,
    });
  }
}

/** Ends the service and deletes its file; the line to tell. @throws NAVI_NOT_FOUND where none is installed */
export function uninstallService(env: NodeJS.ProcessEnv): string {
  const { manager, file } = servicePlace(env);
  if (!existsSync(file)) throw notInstalled();
  if (manager === 'systemd') run('systemctl', ['--user', 'disable', '--now', serviceName]);
  else run('launchctl', ['bootout', `gui/${process.getuid?.() ?? 0}/${agentLabel}`]);
  rmSync(file, { force: true });
  if (manager === 'systemd') run('systemctl', ['--user', 'daemon-reload']);
  return `stopped, and deleted ${file}`;
}

const notInstalled = (): NaviError =>
  new NaviError('NAVI_NOT_FOUND', 'no service is installed', { hints: ['navi service install installs one'] });

/** How the service is, in the words of its manager. @throws NAVI_NOT_FOUND where none is installed */
export function serviceState(env: NodeJS.ProcessEnv): { readonly isRunning: boolean; readonly text: string } {
  const { manager, file } = servicePlace(env);
  if (!existsSync(file)) throw notInstalled();
  if (manager === 'launchd') {
    const { code, stdout } = run('launchctl', ['print', `gui/${process.getuid?.() ?? 0}/${agentLabel}`]);
    return { isRunning: code === 0 && stdout.includes('state = running'), text: stdout };
  }
  const names = ['ActiveState', 'SubState', 'UnitFileState', 'MainPID', 'StatusText', 'NRestarts', 'Result'];
  const { stdout } = mustRun('systemctl', [
    '--user',
    'show',
    serviceName,
    ...names.map((name) => `--property=${name}`),
  ]);
  const told = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const state = told.get('ActiveState') ?? '';
  const lines = [
    `${serviceName}.service is ${state} (${told.get('SubState') ?? ''}), ${told.get('UnitFileState') ?? ''}`,
    ...(told.get('MainPID') === '0'
      ? []
      : [`pid ${told.get('MainPID') ?? ''}, started again ${counted(Number(told.get('NRestarts') ?? 0), 'time')}`]),
    ...(told.get('StatusText') ? [told.get('StatusText') ?? ''] : []),
    ...(told.get('Result') === 'success'
      ? []
      : [`it ended with ${told.get('Result') ?? ''}: navi service logs says why`]),
    file,
  ];
  return { isRunning: state === 'active' || state === 'reloading', text: `${lines.join('\n')}\n` };
}
