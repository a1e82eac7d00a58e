import { Agent, type buildConnector } from 'undici';
import type { Proxy } from './proxy/proxy-choice.ts';
import { connectorBy } from './proxy/proxy-connector.ts';
import type { ConnectionMaterial } from './tls-material.ts';

/** Makes the connections of a transport in another way than over TCP. */
export type Connect = buildConnector.connector;

/** What a connection is for: each kind has an agent of its own, so that none waits for another. */
export type ConnectionKind =
  /** Lists and the like: few connections, kept. */
  | 'request'
  /** Holds its connection for minutes. */
  | 'watch'
  /** On a connection of its own. */
  | 'fresh'
  /** What users ask: it never holds up mirroring. */
  | 'ask';

/** Until a connection stands (ms). */
const connectTimeoutMs = 10_000;

/** TCP keepalive from then on makes a dead path an error after some 40 s (Linux); HTTP/2 pings would hide it. */
const keepAliveMs = 30_000;

type Agents = Readonly<Record<ConnectionKind, Agent>>;

/**
 * The connections to one server, HTTP/1.1. Where certificate or authority change, new requests go over new connections
 * and those that run come to their end on the old ones.
 */
export class Connections {
  readonly #connect: Connect | undefined;
  readonly #retired = new Set<Agents>();
  #current: { readonly key: string; readonly agents: Agents } | undefined;

  /** @param connect in place of TCP and any proxy */
  constructor(connect: Connect | undefined) {
    this.#connect = connect;
  }

  /** The agent for a request that is sent now, by `proxy` where there is one. */
  agent(kind: ConnectionKind, material: ConnectionMaterial, proxy: Proxy | undefined): Agent {
    const key = JSON.stringify([material.fingerprint, proxy]);
    if (this.#current?.key !== key) {
      if (this.#current !== undefined) this.#retire(this.#current.agents);
      const bounds = { timeoutMs: connectTimeoutMs, keepAliveMs };
      const connect = this.#connect ?? connectorBy(proxy, { tls: material.tls, ...bounds });
      this.#current = { key, agents: makeAgents(connect) };
    }
    return this.#current.agents[kind];
  }

  /** Ends every connection at once. */
  async close(): Promise<void> {
    const all = [...this.#retired, ...(this.#current === undefined ? [] : [this.#current.agents])];
    await Promise.all(all.flatMap((agents) => Object.values(agents).map((agent) => agent.destroy())));
  }

  #retire(agents: Agents): void {
    this.#retired.add(agents);
    void Promise.allSettled(Object.values(agents).map((agent) => agent.close())).then(() =>
      this.#retired.delete(agents),
    );
  }
}

function makeAgents(connect: Connect): Agents {
  // How long an answer may take is a matter of each request's deadline.
  const options = { connect, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  return {
    request: new Agent({ ...options, connections: 8, keepAliveTimeout: 30_000 }),
    watch: new Agent({ ...options, keepAliveTimeout: 30_000 }),
    fresh: new Agent({ ...options, pipelining: 0 }),
    ask: new Agent({ ...options, connections: 4, keepAliveTimeout: 30_000 }),
  };
}
