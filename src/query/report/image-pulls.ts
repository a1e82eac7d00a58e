import { instantText } from '../../core/instant-text.ts';
import { readImages } from '../image-rows.ts';
import { toldType, type ReportScope } from './report-scope.ts';
import { briefText, firstRows, type Section } from './section.ts';

/** An image that cannot be had. */
export interface ReportPull {
  readonly image: string;
  readonly reason: string;
  readonly message: string;
  /** Containers that ask for the image. */
  readonly containerCount: number;
  /** The first pod that waits for it, `namespace/name`. */
  readonly pod: string | null;
  /** When that pod was made (RFC 3339). */
  readonly since: string | null;
}

/** The images whose pull fails, by name; null where pods may not be told of. */
export function reportPulls(scope: ReportScope): Section<ReportPull> | null {
  const type = toldType(scope, '', 'Pod');
  if (type === undefined) return null;
  // Events tell images that are on their way from those that wait, and nothing of those that fail.
  const images = readImages(scope.reader, { podTypeId: type.rowTypeId, place: scope.place, eventsOf: () => [] });
  return firstRows(
    images
      .filter(({ pull }) => pull === 'failed')
      .map(({ image, reason, message, containerCount, pod, sinceMs }) => ({
        image,
        reason,
        message: briefText(message),
        containerCount,
        pod,
        since: instantText(sinceMs),
      })),
  );
}
