import { goQuote } from '../../core/go-quote.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import type { LogRequest } from './log-request.ts';

/** The log of one container. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** metadata.uid of the pod. */
  readonly uid: string;
}

const defaultAnnotation = 'kubectl.kubernetes.io/default-container';

/** The names of the containers of a pod, by what they are for. */
interface ContainerNames {
  readonly main: readonly string[];
  readonly init: readonly string[];
  readonly ephemeral: readonly string[];
}

/**
 * The logs of a pod that are asked for, with kubectl's words about its choice: init containers, then the others, then
 * ephemeral ones.
 * @param tell takes lines for stderr
 * @throws NAVI_AS_KUBECTL for a container that it does not have
 */
export function logsOfPod(
  pod: JsonObject,
  request: Pick<LogRequest, 'container' | 'isAllContainers'> & { readonly isChoiceTold: boolean },
  tell: (line: string) => void,
): readonly LogSource[] {
  const metadata = asObject(pod['metadata']);
  const name = asString(metadata['name']);
  const names = containerNames(pod);
  const all = [...names.init, ...names.main, ...names.ephemeral];
  const source = (container: string): LogSource => ({
    namespace: asString(metadata['namespace']),
    pod: name,
    container,
    uid: asString(metadata['uid']),
  });
  if (request.isAllContainers) return all.map(source);
  if (request.container !== '') {
    if (all.includes(request.container)) return [source(request.container)];
    throw kubectlError(`container ${request.container} is not valid for pod ${name} out of: ${listed(names)}`);
  }
  const said = asString(asObject(metadata['annotations'])[defaultAnnotation]);
  if (said !== '' && all.includes(said)) return [source(said)];
  if (said !== '') tell(`Default container name ${goQuote(said)} not found in pod ${name}`);
  const [first = ''] = names.main;
  if (all.length > 1 && request.isChoiceTold) tell(`Defaulted container ${goQuote(first)} out of: ${listed(names)}`);
  return [source(first)];
}

function containerNames(pod: JsonObject): ContainerNames {
  const spec = asObject(pod['spec']);
  const namesIn = (list: string): readonly string[] =>
    asArray(spec[list]).map((container) => asString(asObject(container)['name']));
  return { main: namesIn('containers'), init: namesIn('initContainers'), ephemeral: namesIn('ephemeralContainers') };
}

function listed({ main, init, ephemeral }: ContainerNames): string {
  const marked = [...ephemeral.map((name) => `${name} (ephem)`), ...init.map((name) => `${name} (init)`)];
  return [...main, ...marked].join(', ');
}
