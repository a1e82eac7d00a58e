import { goNanoseconds } from '../../core/go-nanoseconds.ts';
import { readRfc3339 } from '../../core/go-time.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import type { NaviError } from '../../errors/navi-error.ts';
import type { GetCommandLine } from '../get/parse-flags.ts';

/** What `navi logs` was asked for. */
export interface LogRequest {
  /** `POD` or `TYPE/NAME`; undefined where a selector chooses. */
  readonly resource: string | undefined;
  /** Empty where no selector is given. */
  readonly selector: string;
  /** Empty for the one that the pod says, or its first. */
  readonly container: string;
  readonly isAllContainers: boolean;
  readonly isAllPods: boolean;
  readonly isFollowed: boolean;
  readonly isPrefixed: boolean;
  readonly ignoresErrors: boolean;
  readonly maxFollowedCount: bigint;
  /** How long is waited for a pod, and for a log that cannot be read yet (ms). */
  readonly timeoutMs: number;
  /** The query of each log but for its container: names in the order of Go's url.Values. */
  readonly query: Readonly<Record<string, string | undefined>>;
}

const usageText = `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command`;

const selectorTail = '10';

/** A command line as far as kubectl 1.36 judges it before it looks for objects. @throws NAVI_AS_KUBECTL */
export function logRequest(line: GetCommandLine): LogRequest {
  const selector = line.text('selector');
  const [resource, inline] = line.args;
  if (line.args.length > 2 || (resource === undefined && selector === '')) throw usage(usageText);
  if (line.args.length === 1 && selector !== '') throw usage('only a selector (-l) or a POD name is allowed');
  const timeout = goNanoseconds(line.text('pod-running-timeout'));
  if (timeout <= 0n) throw kubectlError('--pod-running-timeout must be higher than zero');
  const isAllPods = line.isOn('all-pods');
  return {
    resource,
    selector,
    container: inline ?? line.text('container'),
    isAllContainers: line.isOn('all-containers'),
    isAllPods,
    isFollowed: line.isOn('follow'),
    isPrefixed: isAllPods || line.isOn('prefix'),
    ignoresErrors: line.isOn('ignore-errors'),
    maxFollowedCount: integer(line, 'max-log-requests'),
    timeoutMs: Number(timeout / 1_000_000n),
    query: queryOf(line, selector),
  };
}

/** What kubectl 1.36 judges once it has found the objects. @throws NAVI_AS_KUBECTL */
export function refuseLogFlags(line: GetCommandLine, { container, isAllContainers }: LogRequest): void {
  const since = goNanoseconds(line.text('since'));
  if (line.text('since-time') !== '' && since !== 0n) {
    throw kubectlError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (isAllContainers && container !== '') {
    throw kubectlError(`--all-containers=true should not be specified with container name ${container}`);
  }
  if (line.isGiven('container') && line.args.length === 2) {
    throw kubectlError('only one of -c or an inline [CONTAINER] arg is allowed');
  }
  if (integer(line, 'limit-bytes') < 0n) throw kubectlError('--limit-bytes must be greater than 0');
  if (wholeSeconds(since) < 0n) throw kubectlError('--since must be greater than 0');
  if (integer(line, 'tail') < -1n) throw kubectlError('--tail must be greater than or equal to -1');
}

function usage(message: string): NaviError {
  return kubectlError(`${message}\nSee 'kubectl logs -h' for help and examples`);
}

/** @throws NAVI_AS_KUBECTL */
function queryOf(line: GetCommandLine, selector: string): LogRequest['query'] {
  const flag = (name: string): string | undefined => (line.isOn(name) ? 'true' : undefined);
  const given = (value: bigint, none: bigint): string | undefined => (value === none ? undefined : String(value));
  const since = goNanoseconds(line.text('since'));
  const tail = given(integer(line, 'tail'), -1n);
  return {
    follow: flag('follow'),
    insecureSkipTLSVerifyBackend: flag('insecure-skip-tls-verify-backend'),
    limitBytes: given(integer(line, 'limit-bytes'), 0n),
    previous: flag('previous'),
    sinceSeconds: since === 0n ? undefined : String(wholeSeconds(since)),
    sinceTime: sinceTime(line.text('since-time')),
    tailLines: tail ?? (selector === '' || line.isGiven('tail') ? undefined : selectorTail),
    timestamps: flag('timestamps'),
  };
}

/** To the second, as it travels. @throws NAVI_AS_KUBECTL */
function sinceTime(text: string): string | undefined {
  if (text === '') return undefined;
  const read = readRfc3339(text);
  if (!read.ok) throw kubectlError(read.fault);
  return new Date(Math.floor(read.atMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
}

/** The nearest second, a half away from 0. */
function wholeSeconds(nanoseconds: bigint): bigint {
  const second = 1_000_000_000n;
  return (nanoseconds + (nanoseconds < 0n ? -second : second) / 2n) / second;
}

/** A number that flags were read with: with a sign, a base and digits apart, as Go takes it. */
function integer(line: GetCommandLine, name: string): bigint {
  const text = line.text(name).replaceAll('_', '');
  const digits = text.replace(/^[+-]/, '').replace(/^0(?=[0-7])/, '0o');
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}
