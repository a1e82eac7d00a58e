import { crashingPod, homeNamespace } from './ask-objects.ts';

/** A question as a person types it. */
export interface AskLine {
  readonly args: readonly string[];
  /** It is told without a bar: it prints most of the store, or has the daemon ask the cluster. */
  readonly isTold?: boolean;
}

const deployment = 'deployment/checkout-web';

const line = (...args: readonly string[]): AskLine => ({ args });
const toldLine = (...args: readonly string[]): AskLine => ({ args, isTold: true });

/** The filter that `get @restarting` uses. */
export const savedFilter = ['filter', 'save', 'restarting', 'pods', '--where', 'cols.RESTARTS > 5'] as const;

/** Every command that answers from the mirror, in its common form; the context's namespace has some 300 pods. */
export const askLines: readonly AskLine[] = [
  line('get', 'pods', '--where', 'cols.RESTARTS > 5'),
  line('get', 'pods', '-A', '--where', 'cols.RESTARTS > 5'),
  line('get', 'pods', '-A', '--where', 'cols.STATUS == "CrashLoopBackOff"'),
  line('get', 'pods', '-A', '--where', 'metadata.labels.app == "checkout-web"'),
  line('get', 'pods', '--where', 'spec.containers.exists(c, c.image.endsWith(":1.0.0"))'),
  line('get', 'pods', '--order-by', 'RESTARTS desc'),
  line('get', 'pods', '-A', '--order-by', 'RESTARTS desc', '--limit', '20'),
  line('get', 'pods', '-A', '--limit', '20'),
  line('get', 'pods', '--count'),
  line('get', 'pods', '-A', '--count'),
  line('get', 'pods', '--group-by', 'STATUS'),
  line('get', 'pods', '-A', '--group-by', 'STATUS'),
  line('get', '@restarting'),
  line('get', 'pods', '-n', `team-000,${homeNamespace}`),
  line('search', 'web'),
  line('search', 'checkout', 'service'),
  line('search', 'pod', 'backend'),
  line('search', 'is', 'fine'),
  line('search', 'web', '-checkout'),
  line('search', 'chekcout-web'),
  line('search', '10.1.1.17'),
  line('search', '--deleted', 'mailer'),
  line('search', 'checkout-web', '--all-contexts'),
  line('tree', deployment),
  line('tree', `pod/${crashingPod}`, '--why'),
  line('describe', deployment),
  line('events'),
  line('events', '--for', `pod/${crashingPod}`),
  toldLine('events', '-A'),
  line('containers'),
  line('containers', '--all-contexts'),
  toldLine('containers', '-A'),
  line('images'),
  toldLine('images', '-A'),
  toldLine('alerts', '-o', 'json'),
  line('certs'),
  line('releases'),
  toldLine('releases', '-A'),
  toldLine('report'),
  line('__complete', 'get', 'pods', ''),
  line('__complete', 'get', 'pods', '-A', '-l', 'app='),
  line('types'),
  line('sql', 'select name, status from pods where restarts > 5'),
  toldLine('wait', deployment, '--for=condition=Available'),
];
