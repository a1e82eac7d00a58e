/** The thread of `PageDeriver`: answers each page with what `derivePage` makes of it. */
import { parentPort } from 'node:worker_threads';
import { RequestFailed, type Failure } from '../../kube/failure.ts';
import { derivePage, type DerivedPage, type PageWork } from './derive-page.ts';
import type { PageStart } from './pages-ahead.ts';

/** A page with a number that its answers carry. */
export interface PageRequest {
  readonly id: number;
  readonly work: PageWork;
}

/** What is said of a page: first where the list goes on, then the page, or the failure of a RequestFailed. */
export type PageAnswer = { readonly id: number } & (
  | { readonly start: PageStart }
  | { readonly page: DerivedPage }
  | { readonly failure: Failure }
);

parentPort?.on('message', ({ id, work }: PageRequest) => {
  const send = (answer: PageAnswer): void => parentPort?.postMessage(answer);
  try {
    const page = derivePage(work, (start) => send({ id, start }));
    send({ id, page });
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    send({ id, failure: error.failure });
  }
});
