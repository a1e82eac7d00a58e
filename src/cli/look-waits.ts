/** Exit code of what the user interrupts. */
const interrupted = 130;

/** Waits for the next look: for so long, or a change of the terminal's size; or for the end, which a signal asks for. */
export class LookWaits {
  #code: number | undefined;
  #wake: () => void = () => undefined;
  readonly #onInterrupt = (): void => this.#end(interrupted);
  readonly #onTerminate = (): void => this.#end(0);
  readonly #onResize = (): void => this.#wake();

  constructor() {
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#onTerminate);
    process.stdout.on('resize', this.#onResize);
  }

  /** Resolves with undefined for a look, or with the exit code. */
  async next(waitMs: number): Promise<number | undefined> {
    if (this.#code === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#code;
  }

  end(): void {
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#onTerminate);
    process.stdout.off('resize', this.#onResize);
  }

  #end(code: number): void {
    this.#code = code;
    this.#wake();
  }
}
