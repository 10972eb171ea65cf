/** A mistake in a runbook. `path` is the place in it: 'when', 'act[0].with.name', 'params.name.from'. */
export interface RunbookDiagnostic {
  readonly path: string;
  readonly what: string;
  readonly todo: string;
}
