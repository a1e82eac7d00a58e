import type { Simulator } from '../src/simulator/simulator.ts';

/** Changes of pods at a steady rate. */
export interface Churn {
  readonly perSecond: number;
  readonly durationMs: number;
}

/** When a change was made (epoch ms), on the pod. */
export const sentAtAnnotation = 'bench.example.test/sent-at';

const tickMs = 10;

/** Changes one pod after the other; resolves with how many changes a second it came to. */
export async function churnPods({ state }: Simulator, { perSecond, durationMs }: Churn): Promise<number> {
  const pods = state.list('pods').map(({ metadata }) => metadata);
  const startedMs = performance.now();
  let count = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startedMs;
      if (elapsedMs >= durationMs) {
        clearInterval(timer);
        resolve();
        return;
      }
      while (count < (elapsedMs / 1_000) * perSecond) {
        // A step that shares no factor with most counts: neighbours are changed far apart in time.
        const pod = pods[(count * 7_919) % pods.length];
        if (pod === undefined) return;
        count += 1;
        state.patch('pods', pod, { metadata: { annotations: { [sentAtAnnotation]: String(Date.now()) } } });
      }
    }, tickMs);
  });
  return (count * 1_000) / (performance.now() - startedMs);
}
