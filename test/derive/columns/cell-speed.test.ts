import { expect, test } from 'vitest';
import { parseJson } from '../../../src/core/canonical-json.ts';
import { asArray, asObject, isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import { tableDefinition } from '../../../src/derive/table-definition.ts';
import { amountOf } from '../../support/long-run.ts';
import { podType } from '../../support/temporary-mirror.ts';
import { samplePod, samplePodStatus } from '../../support/sample-pod.ts';

/**
 * What cells cost at write, as a share of reading the JSON they come from: two-container pods of 14 KB, in the batches
 * in which lists bring them.
 */

const podCount = amountOf(2000, 10_000);
const batchSize = 500;
const roundCount = 3;
const timeoutMs = 120_000;

/** The fields of a value as metadata.managedFields names them: `f:` and the key, items of a list by their name. */
function managed(value: Json | undefined): JsonObject {
  const entries = Array.isArray(value)
    ? asArray(value).map((item) => [`k:${JSON.stringify({ name: asObject(item)['name'] })}`, item] as const)
    : Object.entries(asObject(value)).map(([key, member]) => [`f:${key}`, member] as const);
  return Object.fromEntries(
    entries.map(([key, member]) => [key, isJsonObject(member) || Array.isArray(member) ? managed(member) : {}]),
  );
}

function podText(index: number): string {
  const pod = { ...samplePod(`pod-${index}`, index), status: samplePodStatus(index) };
  const entry = (manager: string, fieldsV1: Json): JsonObject => ({
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
  });
  const { metadata, spec, status } = pod as JsonObject;
  const managedFields = [
    entry('kube-controller-manager', { 'f:metadata': managed(metadata), 'f:spec': managed(spec) }),
    entry('kubelet', { 'f:status': managed(status) }),
  ];
  const creationTimestamp = '2026-01-01T00:00:00Z';
  return JSON.stringify({ ...pod, metadata: { ...asObject(metadata), creationTimestamp, managedFields } });
}

function elapsedMs(work: () => void): number {
  const startedAtMs = performance.now();
  work();
  return performance.now() - startedAtMs;
}

/** Time for the cells of all texts over time for parsing them. */
function costRatio(texts: readonly string[]): number {
  const table = tableDefinition(podType, { serverMinor: 36 });
  let parseMs = 0;
  let cellsMs = 0;
  for (let start = 0; start < texts.length; start += batchSize) {
    let pods: readonly Json[] = [];
    parseMs += elapsedMs(() => {
      pods = texts.slice(start, start + batchSize).map(parseJson);
    });
    cellsMs += elapsedMs(() => {
      for (const pod of pods) JSON.stringify(table.cells(pod as unknown as KubeObject));
    });
  }
  return cellsMs / parseMs;
}

test(`the cells of ${podCount} pods take less time than parsing their JSON`, { timeout: timeoutMs }, () => {
  const texts = Array.from({ length: podCount }, (_, index) => podText(index));
  const meanBytes = texts.reduce((total, text) => total + text.length, 0) / podCount;
  expect(meanBytes).toBeGreaterThan(13_000);
  expect(meanBytes).toBeLessThan(15_000);
  const ratios = Array.from({ length: roundCount }, () => costRatio(texts)).toSorted((left, right) => left - right);
  const median = ratios[Math.floor(roundCount / 2)] ?? Number.NaN;
  expect(median, `ratios ${ratios.join(', ')}`).toBeLessThan(1);
});
