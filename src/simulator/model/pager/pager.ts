import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { PagerSpec, PageSpec } from '../spec/pager.ts';

/** The pages of a system: PagerDuty creates its incidents from them, and reports when all are resolved. */
export class Pager implements Part<PageSpec> {
  readonly spec: PagerSpec;
  readonly #env: EnvironmentContext;
  #pages: readonly { readonly at: Millis; readonly page: PageSpec }[] = [];
  #isOpen = false;

  constructor(spec: PagerSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.#env = env;
  }

  tick(): void {}

  inject(page: PageSpec): void {
    this.#pages = [...this.#pages, { at: this.#env.now, page }];
    this.#isOpen = true;
  }

  get isBroken(): boolean {
    return this.#isOpen;
  }

  heal(): void {
    this.#isOpen = false;
  }

  /** Returns the pages that PagerDuty has not received yet, once. */
  takePages(): readonly { readonly at: Millis; readonly page: PageSpec }[] {
    const taken = this.#pages;
    this.#pages = [];
    return taken;
  }

  /** PagerDuty reports that no incident is open. */
  close(): void {
    this.#isOpen = false;
  }
}
