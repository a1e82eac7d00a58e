import { readObjects, type ObjectDetail, type ObjectRow } from '../../query/object-query.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { presentPosition, TypeLog } from '../follow/type-log.ts';
import { serverFailure, type Failure } from '../get/failure.ts';
import type { GetStep } from '../get/get-plan.ts';
import { knownFailure } from '../get/get-rows.ts';
import { refuseUnmirrored } from '../get/why-live.ts';

/** A step as it can be answered now. */
export interface PresentStep {
  /** With the type as it is now. */
  readonly step: GetStep;
  /** Goes on from this snapshot. */
  readonly log: TypeLog;
  /** What the cluster answers in place of objects, but for a type that is gone: that has none. */
  readonly failure: Failure | undefined;
}

/** Within a snapshot: a step of a plan that may be older. @throws NAVI_INCOMPLETE where its place is no longer mirrored */
export function presentStep(reader: MirrorReader, planned: GetStep): PresentStep {
  const log = new TypeLog(reader, planned.type, planned.namespace, presentPosition(reader));
  log.refresh();
  const step = { ...planned, type: log.type };
  if (!log.isGone) refuseUnmirrored(step.type);
  return { step, log, failure: failureNow(step, log) };
}

/** What keeps a step from being answered from now on; `log` was read anew. */
export function failureNow(step: GetStep, { type, isGone }: TypeLog): Failure | undefined {
  return isGone ? undefined : (step.failure ?? knownFailure({ ...step, type }));
}

/** What a server answers for a type that it no longer has. */
export function typeGone(): Failure {
  return serverFailure('NotFound', 'the server could not find the requested resource');
}

/** The rows that a step finds, in list order. */
export function rowsOf(
  reader: MirrorReader,
  { type, namespace, name, labels, fields }: GetStep,
  detail: ObjectDetail,
): readonly ObjectRow[] {
  return [...readObjects(reader, { typeId: type.rowTypeId, namespace, name, labels, fields }, detail)];
}
