import type {
  ReflectorEffect,
  ReflectorEnvironment,
  ReflectorFailure,
  ReflectorInput,
  ReflectorState,
} from '../../src/daemon/reflector-state.ts';
import { transition } from '../../src/daemon/reflector-transition.ts';
import { ordinary } from './transition-table.ts';

/** An effect of one kind. */
export type EffectOf<K extends ReflectorEffect['kind']> = Extract<ReflectorEffect, { readonly kind: K }>;

/** The first effect of a kind. @throws where there is none */
export function effect<K extends ReflectorEffect['kind']>(effects: readonly ReflectorEffect[], kind: K): EffectOf<K> {
  const found = effects.find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new Error(`no effect ${kind} among ${effects.map((one) => one.kind).join(', ')}`);
  return found as EffectOf<K>;
}

/** A reflector that is fed by hand; the clock moves by `wait`. */
export function drive(state: ReflectorState, env: Partial<ReflectorEnvironment> = {}) {
  let present = state;
  let now = { ...ordinary, ...env };
  return {
    feed(input: ReflectorInput): readonly ReflectorEffect[] {
      const step = transition(present, input, now);
      present = step.state;
      return step.effects;
    },
    wait(ms: number): void {
      now = { ...now, nowMs: now.nowMs + ms };
    },
    get state(): ReflectorState {
      return present;
    },
  };
}

/** A list that failed before its first page. */
export const listFailed = (failed: ReflectorFailure): ReflectorInput => ({
  kind: 'list-failed',
  failure: failed,
  pageCount: 0,
});
