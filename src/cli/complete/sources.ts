import type { Candidate } from './candidate.ts';
import type { MirrorSource } from './mirror-source.ts';
import type { OpenAlert } from './user-words.ts';

/** What candidates come from. Each is looked at when it is asked for, and empty where it cannot be read. */
export interface Sources {
  /** First words of commands that are not navi's. */
  readonly plugins: () => readonly Candidate[];
  readonly contexts: () => readonly Candidate[];
  readonly clusters: () => readonly Candidate[];
  readonly users: () => readonly Candidate[];
  readonly filters: () => readonly Candidate[];
  readonly actions: () => readonly Candidate[];
  readonly alerts: () => readonly OpenAlert[];
  /** Rules of alerts that are in force. */
  readonly rules: () => readonly Candidate[];
  readonly silences: () => readonly Candidate[];
  /** One for each context of the line that is mirrored. */
  readonly mirrors: () => readonly MirrorSource[];
}
