import type { RealCluster } from '../support/real-cluster.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

/** Objects of one type as a churn makes and changes them. */
export interface ChurnedType {
  /** As `get` takes it. */
  readonly resource: string;
  /** Path of the collection in a namespace. */
  readonly path: (namespace: string) => string;
  readonly body: (name: string, namespace: string, round: number) => object;
  /** What an update changes besides a label. */
  readonly change: (round: number) => object;
  /** A change of the status of an object just made, where the type has one that matters. */
  readonly status?: (round: number) => object;
}

/** The namespaces of every churn; the first is the context's. */
export const churnNamespaces = ['default', 'other'] as const;

/** What a churn does. */
export interface ChurnOptions {
  readonly random: SeededRandom;
  readonly stepCount: number;
  /** Of the names of the objects, which it leaves behind; `thing` unless given. */
  readonly prefix?: string;
}

const mergePatch = 'application/merge-patch+json';

/** Sends one request that must succeed. */
export async function mustSend(cluster: RealCluster, method: string, path: string, body?: unknown): Promise<void> {
  const contentType = method === 'PATCH' ? mergePatch : undefined;
  const { status, text } = await cluster.request(path, { method, body, contentType });
  if (status < 200 || status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
}

interface Live {
  readonly name: string;
  readonly namespace: string;
}

const apps = ['a', 'b', 'c'] as const;

/** One seeded run of changes of a type. */
class Churn {
  readonly #cluster: RealCluster;
  readonly #type: ChurnedType;
  readonly #random: SeededRandom;
  readonly #live: Live[] = [];
  readonly #gone: Live[] = [];
  readonly #prefix: string;
  #round = 0;

  constructor(cluster: RealCluster, type: ChurnedType, { random, prefix }: ChurnOptions) {
    this.#cluster = cluster;
    this.#type = type;
    this.#random = random;
    this.#prefix = prefix ?? 'thing';
  }

  async run(stepCount: number): Promise<void> {
    for (let step = 0; step < stepCount; step += 1) await this.#step();
  }

  async #step(): Promise<void> {
    this.#round += 1;
    const choice = this.#random.next();
    if (this.#live.length < 4 || choice < 0.2) await this.#create();
    else if (choice < 0.55) await this.#update(this.#random.pick(this.#live));
    else if (choice < 0.7) await this.#delete();
    else if (choice < 0.85) await this.#burst();
    else await this.#hot();
  }

  async #create(): Promise<void> {
    const again = this.#random.next() < 0.5 ? this.#gone.pop() : undefined;
    const name = `${this.#prefix}-${'x'.repeat(this.#random.below(9))}${this.#round}`;
    const live = again ?? { name, namespace: this.#random.pick(churnNamespaces) };
    const { path, body, status } = this.#type;
    const made = body(live.name, live.namespace, this.#round) as { metadata: { labels?: object } };
    made.metadata.labels = { app: this.#random.pick(apps) };
    await mustSend(this.#cluster, 'POST', path(live.namespace), made);
    this.#live.push(live);
    if (status === undefined) return;
    await mustSend(this.#cluster, 'PATCH', `${this.#pathOf(live)}/status`, status(this.#round));
  }

  async #update(live: Live): Promise<void> {
    this.#round += 1;
    const app = this.#random.next() < 0.1 ? null : this.#random.pick(apps);
    const body = { metadata: { labels: { app } }, ...this.#type.change(this.#round) };
    await mustSend(this.#cluster, 'PATCH', this.#pathOf(live), body);
  }

  async #delete(): Promise<void> {
    const [live] = this.#live.splice(this.#random.below(this.#live.length), 1);
    if (live === undefined) return;
    await mustSend(this.#cluster, 'DELETE', `${this.#pathOf(live)}?gracePeriodSeconds=0`);
    this.#gone.push(live);
  }

  /** All objects at once. */
  async #burst(): Promise<void> {
    await Promise.all(this.#live.map((live) => this.#update(live)));
  }

  /** One object many times, then deleted and made again, all within the time of a batch or two. */
  async #hot(): Promise<void> {
    const live = this.#random.pick(this.#live);
    for (let count = 0; count < 6; count += 1) await this.#update(live);
    const { path, body } = this.#type;
    await mustSend(this.#cluster, 'DELETE', `${this.#pathOf(live)}?gracePeriodSeconds=0`);
    await mustSend(this.#cluster, 'POST', path(live.namespace), body(live.name, live.namespace, this.#round));
    await this.#update(live);
  }

  #pathOf({ namespace, name }: Live): string {
    return `${this.#type.path(namespace)}/${name}`;
  }
}

/** Changes objects of a type in a way that the random choices repeat; resolves when every request is answered. */
export async function churnType(cluster: RealCluster, type: ChurnedType, options: ChurnOptions): Promise<void> {
  await new Churn(cluster, type, options).run(options.stepCount);
}

const meta = (name: string, namespace: string): object => ({ name, namespace });

const data = (round: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: round % 4 }, (_, index) => [`key-${index}`, `value ${round}`]));

/** The types that watches are compared on. */
export const churnedTypes = {
  configmaps: {
    resource: 'configmaps',
    path: (namespace) => `/api/v1/namespaces/${namespace}/configmaps`,
    body: (name, namespace, round) => ({ metadata: meta(name, namespace), data: data(round) }),
    change: (round) => ({ data: { [`more-${round % 5}`]: `text ${round}` } }),
  },
  pods: {
    resource: 'pods',
    path: (namespace) => `/api/v1/namespaces/${namespace}/pods`,
    body: (name, namespace, round) => ({
      metadata: meta(name, namespace),
      spec: { containers: [{ name: 'main', image: 'image' }], ...(round % 2 === 0 ? {} : { nodeName: 'node-0' }) },
    }),
    change: (round) => ({ spec: { activeDeadlineSeconds: 1_000_000 - round } }),
    status: (round) => ({ status: { phase: round % 3 === 0 ? 'Pending' : 'Running', podIP: '10.0.0.1' } }),
  },
  secrets: {
    resource: 'secrets',
    path: (namespace) => `/api/v1/namespaces/${namespace}/secrets`,
    body: (name, namespace, round) => ({ metadata: meta(name, namespace), stringData: data(round) }),
    change: (round) => ({ stringData: { [`more-${round % 5}`]: `text ${round}` } }),
  },
  events: {
    resource: 'events',
    path: (namespace) => `/api/v1/namespaces/${namespace}/events`,
    body: (name, namespace, round) => ({
      metadata: meta(name, namespace),
      involvedObject: { kind: 'Pod', name: `pod-${round}`, namespace },
      reason: 'Reason',
      message: `message ${round} about ${name}`,
      type: round % 2 === 0 ? 'Normal' : 'Warning',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
    }),
    change: (round) => ({ count: round }),
  },
  widgets: {
    resource: 'widgets',
    path: (namespace) => `/apis/watch.example.test/v1/namespaces/${namespace}/widgets`,
    body: (name, namespace, round) => ({
      apiVersion: 'watch.example.test/v1',
      kind: 'Widget',
      metadata: meta(name, namespace),
      spec: { size: round, color: 'red' },
    }),
    change: (round) => ({ spec: { size: round * 10 } }),
  },
} as const satisfies Readonly<Record<string, ChurnedType>>;
