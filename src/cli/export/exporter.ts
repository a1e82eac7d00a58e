import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { ObjectDetail } from '../../query/object-query.ts';
import type { ExportRead } from './exported-rows.ts';
import type { ExportPlan } from './exported-types.ts';

/** What is exported of a context. */
export interface ContextExport extends Pick<ExportRead, 'reads' | 'snapshot'> {
  readonly context: ContextSummary;
  readonly plan: ExportPlan;
}

/** Writes rows in a format. */
export interface Exporter {
  /** What is read of each object. */
  readonly detail: ObjectDetail;
  /** Writes what a context has; resolves with the number of objects. @throws NaviError, OutputClosed, Interrupted */
  add(exported: ContextExport): Promise<number>;
  /** Every context that can was added. @throws as `add` */
  end(): void;
  /** Leaves no half file; after `end` without effect. */
  discard(): void;
}
