import type { ApiResource } from '../core/api-resource.ts';
import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { ContainerRole, PodContainer } from '../core/pod-container.ts';
import { parseRfc3339 } from './columns/rfc3339.ts';

const lists = [
  ['initContainers', 'initContainerStatuses'],
  ['containers', 'containerStatuses'],
  ['ephemeralContainers', 'ephemeralContainerStatuses'],
] as const;

/** The containers of a pod (core/v1), in the order in which they start; undefined for an object of another type. */
export function podContainers(
  type: Pick<ApiResource, 'group' | 'kind'>,
  object: JsonObject,
): readonly PodContainer[] | undefined {
  if (type.group !== '' || type.kind !== 'Pod') return undefined;
  const spec = asObject(object['spec']);
  const status = asObject(object['status']);
  return lists.flatMap(([list, statuses]) => {
    const told = new Map(asArray(status[statuses]).map((each) => [asString(asObject(each)['name']), asObject(each)]));
    return asArray(spec[list])
      .map(asObject)
      .map((container) => {
        const said = told.get(asString(container['name'])) ?? {};
        return { ...podContainer(container, list, said), node: asString(spec['nodeName']) };
      });
  });
}

function podContainer(
  container: JsonObject,
  list: (typeof lists)[number][0],
  status: JsonObject,
): Omit<PodContainer, 'node'> {
  const states = asObject(status['state']);
  const state = (['running', 'terminated', 'waiting'] as const).find((each) => isJsonObject(states[each])) ?? 'unknown';
  const told = asObject(states[state]);
  const last = asObject(asObject(status['lastState'])['terminated']);
  const resources = asObject(container['resources']);
  return {
    name: asString(container['name']),
    role: roleOf(container, list),
    image: asString(container['image']),
    imageId: asString(status['imageID']),
    state,
    reason: asString(told['reason']),
    message: asString(told['message']),
    ready: status['ready'] === true,
    restartCount: integer(status['restartCount']) ?? 0,
    startedAtMs: instant(told['startedAt']),
    exitCode: integer(told['exitCode']),
    finishedAtMs: instant(told['finishedAt']),
    lastReason: asString(last['reason']),
    lastExitCode: integer(last['exitCode']),
    lastFinishedAtMs: instant(last['finishedAt']),
    requests: quantities(resources['requests']),
    limits: quantities(resources['limits']),
  };
}

function roleOf(container: JsonObject, list: (typeof lists)[number][0]): ContainerRole {
  if (list === 'containers') return 'main';
  if (list === 'ephemeralContainers') return 'ephemeral';
  return container['restartPolicy'] === 'Always' ? 'sidecar' : 'init';
}

function integer(value: Json | undefined): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}

function instant(value: Json | undefined): number | null {
  return parseRfc3339(asString(value)) ?? null;
}

function quantities(value: Json | undefined): string {
  return isJsonObject(value) && Object.keys(value).length > 0 ? JSON.stringify(value) : '';
}
