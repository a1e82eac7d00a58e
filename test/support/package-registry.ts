import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';

/** A registry of npm's on loopback that has a few packages, each in one version, and knows no other. */
export interface PackageRegistry {
  readonly url: string;
  stop(): Promise<void>;
}

/** A package as `npm pack` made it. */
export interface ServedPackage {
  /** What its package.json says. */
  readonly content: { readonly name: string; readonly version: string };
  readonly tarball: string;
}

/** Starts one. */
export async function startPackageRegistry(packages: readonly ServedPackage[]): Promise<PackageRegistry> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url ?? '').slice(1);
    const served = packages.find(({ content, tarball }) => content.name === name || basename(tarball) === name);
    if (served === undefined) return void response.writeHead(404).end();
    const bytes = readFileSync(served.tarball);
    if (basename(served.tarball) === name) return void response.end(bytes);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(packument(served, bytes, urlOf(server))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: urlOf(server),
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What registries answer about a package (npm/registry, docs/responses/package-metadata.md). */
function packument({ content, tarball }: ServedPackage, bytes: Buffer, url: string): object {
  const { name, version } = content;
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const dist = { tarball: `${url}/${basename(tarball)}`, integrity };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...content, dist } } };
}
