import { existsSync, rmSync } from 'node:fs';
import { askDaemon } from '../../control/control-client.ts';
import { protocolVersion, type DaemonInfo } from '../../control/protocol.ts';
import { counted } from '../../core/counted.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { lockFile } from '../../store/data-directory.ts';
import { lockHolder } from '../../store/lock-database.ts';
import { buildInfo } from '../../util/build-info.ts';
import { daemonSocket } from '../daemon-socket.ts';
import { openDataDirectory } from '../open-data-directory.ts';
import { serviceState } from '../service/install-service.ts';
import { servicePlace } from '../service/service-place.ts';
import { checkDaemonSettings } from './check-daemon-settings.ts';
import { fault, faultOf, good, warning, type Finding } from './finding.ts';

/** Longest wait for a daemon: one that is well answers within a few milliseconds (ms). */
const answerTimeoutMs = 3_000;

/** The daemon, and the service that may run it. */
export async function checkDaemon(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return [...(await daemonFindings(env)), ...serviceFindings(env)];
}

async function daemonFindings(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  try {
    const path = daemonSocket(env);
    const holder = lockHolder(lockFile(openDataDirectory(env)));
    if (holder === undefined) return [notRunning(path)];
    const info = (await askDaemon(path, { method: 'info' }, answerTimeoutMs)) as DaemonInfo | undefined;
    if (info === undefined) {
      const hints = [`kill ${holder.pid}`, 'or set XDG_RUNTIME_DIR as it was where the daemon was started'];
      return [fault('daemon', 'NAVI_DAEMON_SILENT', `it (pid ${holder.pid}) does not listen at ${path}`, hints)];
    }
    const isOther = info.protocolVersion !== protocolVersion || info.version !== buildInfo.version;
    const again = 'navi stop && navi sync --detach, or navi service install';
    // What another navi says of its settings may mean something else.
    if (isOther) {
      const versions = `it (pid ${info.pid}) is navi ${info.version}, and this is ${buildInfo.version}`;
      return [warning('daemon', versions, [again])];
    }
    const contexts = counted(info.contexts.length, 'context');
    return [
      good('daemon', `it runs (pid ${info.pid}, since ${info.startedAt}) for ${contexts}`),
      ...(await checkDaemonSettings(info, env)),
    ];
  } catch (error) {
    return [faultOf('daemon', error)];
  }
}

/** A socket that a daemon left when it was killed harms nobody; it only confuses. */
function notRunning(path: string): Finding {
  const isLeft = process.platform !== 'win32' && existsSync(path);
  const hints = ['navi service install has it run from each login on', 'navi sync --detach starts one now'];
  const message = `none runs: answers grow old${isLeft ? `, and ${path} is left of one` : ''}`;
  return warning('daemon', message, hints, isLeft ? () => rmSync(path, { force: true }) : undefined);
}

function serviceFindings(env: NodeJS.ProcessEnv): readonly Finding[] {
  try {
    if (!existsSync(servicePlace(env).file)) return [];
    const { isRunning, text } = serviceState(env);
    const [first = ''] = text.split('\n');
    return [
      isRunning
        ? good('service', first)
        : fault('service', 'NAVI_DAEMON_NOT_RUNNING', first, ['navi service logs', 'navi service install']),
    ];
  } catch (error) {
    // Where there is no service manager there is no service.
    if (error instanceof NaviError && error.code === 'NAVI_USAGE') return [];
    return [faultOf('service', error)];
  }
}
