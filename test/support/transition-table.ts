import { failure } from '../../src/kube/failure.ts';
import {
  initialReflectorState,
  memoryOf,
  type ListPlan,
  type Memory,
  type ReflectorEffect,
  type ReflectorEnvironment,
  type ReflectorInput,
  type ReflectorInputKind,
  type ReflectorState,
  type ReflectorStateKind,
} from '../../src/daemon/reflector-state.ts';

/** `stay`: the very same state and nothing to do. Otherwise the next state, then the effects in order. */
export type Expected = 'stay' | readonly [ReflectorStateKind, ...ReflectorEffect['kind'][]];

/** What a reflector remembers before anything happened; a scope that can be watched. */
export const freshMemory: Memory = memoryOf(
  initialReflectorState({ resumePoint: null, complete: false, watchable: true }),
);

/** The memory of a scope whose rows are complete up to resourceVersion 100. */
export const syncedMemory: Memory = { ...freshMemory, resumePoint: '100', complete: true };

/** A first list. */
export const firstPlan: ListPlan = {
  reason: 'first-list',
  style: 'full',
  pageSize: 500,
  streamTries: 0,
  missing: new Set(),
  doubtCount: 0,
};

/** An ordinary moment: a heartbeat has passed, the type is small. */
export const ordinary: ReflectorEnvironment = {
  nowMs: 1_000_000,
  random: 0.5,
  answersSinceMs: 0,
  metadataFirstPays: false,
  streaming: 'never',
  pollIntervalMs: 300_000,
  pollPaused: false,
  mayWatch: true,
  probeIntervalMs: 600_000,
};

/** One state of each kind, as a reflector comes to it. */
export const sampleStates: { readonly [K in ReflectorStateKind]: ReflectorState & { readonly kind: K } } = {
  pending: { ...freshMemory, kind: 'pending', plan: firstPlan },
  listing: { ...freshMemory, kind: 'listing', plan: firstPlan },
  confirming: { ...freshMemory, complete: true, kind: 'confirming', plan: { ...firstPlan, missing: new Set(['a']) } },
  connecting: { ...syncedMemory, kind: 'connecting' },
  watching: { ...syncedMemory, kind: 'watching', live: true },
  'backing-off': { ...syncedMemory, kind: 'backing-off', retry: 'watch', plan: firstPlan, afterCleanEnd: false },
  resting: { ...syncedMemory, resumePoint: null, watchable: false, kind: 'resting' },
  held: { ...syncedMemory, kind: 'held' },
  denied: { ...syncedMemory, resumePoint: null, kind: 'denied' },
  absent: { ...freshMemory, kind: 'absent' },
  stopped: { ...syncedMemory, kind: 'stopped' },
};

const broken = failure('transport', 'reset');

/** One input of each kind: lists and watches fail by a reset, watches end after the server's timeout. */
export const sampleInputs: { readonly [K in ReflectorInputKind]: ReflectorInput & { readonly kind: K } } = {
  start: { kind: 'start' },
  'slot-granted': { kind: 'slot-granted' },
  listed: { kind: 'listed', resourceVersion: '200' },
  'list-suspicious': { kind: 'list-suspicious', missing: new Set(['a']) },
  'list-mostly-changed': { kind: 'list-mostly-changed' },
  'list-stream-ended': { kind: 'list-stream-ended', again: false, message: 'no end marker' },
  'list-failed': { kind: 'list-failed', failure: broken, pageCount: 1 },
  'watch-opened': { kind: 'watch-opened' },
  'watch-progress': { kind: 'watch-progress', resumePoint: '150' },
  'watch-confirmed': { kind: 'watch-confirmed' },
  'watch-missed': { kind: 'watch-missed' },
  'watch-ended': { kind: 'watch-ended', livedMs: 300_000, eventCount: 5 },
  'watch-failed': { kind: 'watch-failed', failure: broken, livedMs: 20_000, eventCount: 5 },
  'delay-elapsed': { kind: 'delay-elapsed' },
  hold: { kind: 'hold' },
  'relist-requested': { kind: 'relist-requested', reason: 'suspected-drift' },
  'type-gone': { kind: 'type-gone' },
  stop: { kind: 'stop' },
};

/** What answers a list means nothing where no list runs; the same for watches. */
const noList = {
  listed: 'stay',
  'list-suspicious': 'stay',
  'list-mostly-changed': 'stay',
  'list-stream-ended': 'stay',
  'list-failed': 'stay',
} as const;
const noWatch = {
  'watch-opened': 'stay',
  'watch-progress': 'stay',
  'watch-confirmed': 'stay',
  'watch-missed': 'stay',
  'watch-ended': 'stay',
  'watch-failed': 'stay',
} as const;

/** What comes from outside, in every state that neither holds a slot nor a resume point. */
const leaveQuietly = {
  start: 'stay',
  hold: ['held', 'status', 'cancel'],
  'relist-requested': ['pending', 'cancel', 'status', 'request-slot'],
  'type-gone': ['absent', 'status', 'cancel', 'purge'],
  stop: ['stopped', 'cancel'],
} as const;

const leaveResumePoint = {
  ...leaveQuietly,
  'relist-requested': ['pending', 'cancel', 'status', 'forget-resume-point', 'request-slot'],
} as const;

/** A slot that comes too late goes back at once. */
const lateSlot = { 'slot-granted': 'release' } as const;

/** The whole machine for the samples above: every state, every input. `release` is a slot given back, nothing else. */
export const transitionTable: Record<ReflectorStateKind, Record<ReflectorInputKind, Expected | 'release'>> = {
  pending: {
    ...leaveQuietly,
    ...noList,
    ...noWatch,
    'slot-granted': ['listing', 'status', 'list'],
    'delay-elapsed': 'stay',
  },
  listing: {
    ...noWatch,
    ...lateSlot,
    start: 'stay',
    listed: ['connecting', 'release-slot', 'status', 'watch'],
    'list-suspicious': ['confirming', 'status', 'release-slot', 'delay'],
    'list-mostly-changed': ['listing', 'list'],
    'list-stream-ended': ['listing', 'list'],
    'list-failed': ['backing-off', 'release-slot', 'status', 'delay'],
    'delay-elapsed': 'stay',
    hold: ['held', 'status', 'cancel', 'release-slot'],
    'relist-requested': ['pending', 'cancel', 'release-slot', 'status', 'request-slot'],
    'type-gone': ['absent', 'status', 'cancel', 'release-slot', 'purge'],
    stop: ['stopped', 'cancel', 'release-slot'],
  },
  confirming: {
    ...leaveQuietly,
    ...noList,
    ...noWatch,
    ...lateSlot,
    'delay-elapsed': ['pending', 'status', 'request-slot'],
  },
  connecting: {
    ...leaveResumePoint,
    ...noList,
    ...lateSlot,
    'watch-opened': ['watching'],
    'watch-progress': ['connecting'],
    'watch-confirmed': 'stay',
    'watch-missed': ['connecting', 'status'],
    'watch-ended': ['backing-off', 'status', 'delay'],
    'watch-failed': ['backing-off', 'status', 'delay'],
    'delay-elapsed': 'stay',
  },
  watching: {
    ...leaveResumePoint,
    ...noList,
    ...lateSlot,
    'watch-opened': 'stay',
    'watch-progress': ['watching'],
    'watch-confirmed': 'stay',
    'watch-missed': ['watching', 'status'],
    'watch-ended': ['backing-off', 'delay'],
    'watch-failed': ['backing-off', 'status', 'delay'],
    'delay-elapsed': 'stay',
  },
  'backing-off': {
    ...leaveResumePoint,
    ...noList,
    ...noWatch,
    ...lateSlot,
    'delay-elapsed': ['connecting', 'status', 'watch'],
  },
  resting: {
    ...leaveQuietly,
    ...noList,
    ...noWatch,
    ...lateSlot,
    'delay-elapsed': ['pending', 'status', 'request-slot'],
  },
  held: { ...leaveResumePoint, ...noList, ...noWatch, ...lateSlot, 'delay-elapsed': 'stay', hold: 'stay' },
  denied: {
    ...leaveQuietly,
    ...noList,
    ...noWatch,
    ...lateSlot,
    'delay-elapsed': ['pending', 'status', 'request-slot'],
  },
  absent: {
    ...leaveQuietly,
    ...noList,
    ...noWatch,
    ...lateSlot,
    'delay-elapsed': 'stay',
    hold: 'stay',
    'type-gone': 'stay',
  },
  stopped: {
    ...noList,
    ...noWatch,
    ...lateSlot,
    start: ['connecting', 'status', 'watch'],
    'delay-elapsed': 'stay',
    hold: 'stay',
    'relist-requested': 'stay',
    'type-gone': 'stay',
    stop: 'stay',
  },
};
