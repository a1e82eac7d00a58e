import { asArray, asObject, asString, type Json, type JsonObject } from '../core/json.ts';
import { wholeUnits } from '../core/quantity.ts';
import {
  usageGroup,
  usageVersion,
  type ContainerUsage,
  type ObjectUsage,
  type UsageByNamespace,
  type UsageKind,
} from '../core/usage.ts';
import { failure, RequestFailed } from './failure.ts';
import type { Transport } from './transport.ts';

/** Longest wait for the answer (ms): a measurement that comes later is one of the past. */
const answerMs = 10_000;

/** Which usage is asked for. */
export interface UsageTarget {
  readonly kind: UsageKind;
  /** Empty: all of them. */
  readonly namespace: string;
}

/**
 * What the nodes or pods of a cluster use now. In one answer: metrics-server 0.9 has no pages.
 * @throws RequestFailed
 */
export async function fetchUsage(
  transport: Transport,
  { kind, namespace }: UsageTarget,
  signal: AbortSignal,
): Promise<UsageByNamespace> {
  const place = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const path = `/apis/${usageGroup}/${usageVersion}${place}/${kind}`;
  const { text } = await transport.get(path, { signal, headersTimeoutMs: answerMs, isMeasurement: true });
  return readUsage(kind, listOf(text));
}

function listOf(text: string): JsonObject {
  try {
    const list = asObject(JSON.parse(text) as Json);
    if (Array.isArray(list['items'])) return list;
  } catch (error) {
    throw new RequestFailed(failure('malformed', 'the answer about usage is no JSON'), error);
  }
  throw new RequestFailed(failure('malformed', 'the answer about usage is no list'));
}

function readUsage(kind: UsageKind, list: JsonObject): UsageByNamespace {
  const found = new Map<string, ObjectUsage[]>();
  for (const item of asArray(list['items'])) {
    const { metadata, usage, containers } = asObject(item);
    const name = asString(asObject(metadata)['name']);
    const namespace = kind === 'nodes' ? '' : asString(asObject(metadata)['namespace']);
    const measured =
      kind === 'nodes'
        ? [usageOf('', usage)]
        : asArray(containers).map((each) => usageOf(asString(asObject(each)['name']), asObject(each)['usage']));
    const beside = found.get(namespace);
    if (beside === undefined) found.set(namespace, [{ name, containers: measured }]);
    else beside.push({ name, containers: measured });
  }
  return found;
}

function usageOf(name: string, usage: Json | undefined): ContainerUsage {
  const { cpu, memory } = asObject(usage);
  return { name, cpuNanocores: amountOf(cpu, 9), memoryBytes: amountOf(memory, 0) };
}

/** What metrics-server sends: whole billionths of a core, whole KiB. */
const plainAmount = /^(\d{1,12})(n|Ki)?$/;

/** A quantity in units of ten to the power of minus `digits`, rounded up; 0 for what is none, or below. */
function amountOf(value: Json | undefined, digits: number): number {
  const text = asString(value);
  const [, plain, unit] = plainAmount.exec(text) ?? [];
  if (plain !== undefined && unit === 'n' && digits === 9) return Number(plain);
  if (plain !== undefined && unit === 'Ki' && digits === 0) return Number(plain) * 1_024;
  return wholeUnits(text, digits);
}
