import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { resourceName } from '../../src/core/api-resource.ts';
import { createApiClient } from '../support/api-client.ts';
import type { RealCluster } from '../support/real-cluster.ts';
import { untilEqual } from '../support/stored-mirror.ts';
import type { SoakContext } from './soak-cluster.ts';

const equalTimeoutMs = 60_000;

/** How a comparison ended: the number of equal objects, or what differs. */
export type ComparedStore = { readonly objectCount: number } | { readonly difference: string };

/**
 * Waits for a store to equal the server, in a process of its own: the fronts of all contexts live in this one, and would
 * stand still while so many objects are read.
 */
export async function compareStore(cluster: RealCluster, file: string, context: SoakContext): Promise<ComparedStore> {
  const types = context.types === undefined ? [] : [`--types=${[...context.types].join()}`];
  const args = [`--url=${cluster.url}`, `--ca=${cluster.caFile}`, `--token=${cluster.adminToken}`, `--file=${file}`];
  const child = spawn(process.execPath, [import.meta.filename, ...args, ...types], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? (JSON.parse(output.stdout) as ComparedStore) : { difference: output.stderr.slice(0, 2_000) };
}

async function compare(): Promise<ComparedStore> {
  const text = { type: 'string', default: '' } as const;
  const { values } = parseArgs({ options: { url: text, ca: text, token: text, file: text, types: text } });
  const client = createApiClient({ url: values.url, caFile: values.ca, token: values.token });
  const types = values.types === '' ? undefined : new Set(values.types.split(','));
  try {
    const { objectCount } = await untilEqual(
      client,
      values.file,
      equalTimeoutMs,
      (type) => types?.has(resourceName(type)) ?? true,
    );
    return { objectCount };
  } catch (error) {
    return { difference: error instanceof Error ? error.message : String(error) };
  } finally {
    client.close();
  }
}

if (import.meta.main) process.stdout.write(JSON.stringify(await compare()));
