/** A place in a file, 1-based. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** `file:line:col`, as editors and compilers write it. */
export const positionText = (p: Position): string => `${p.file}:${p.line}:${p.col}`;

/** Something wrong in a profile. `what` is there; `todo` says what to write instead. */
export interface Complaint {
  readonly position: Position;
  readonly severity: 'error' | 'warning';
  readonly what: string;
  readonly todo: string;
}

/** `file:line:col: what; what to do` */
export const formatComplaint = (c: Complaint): string =>
  `${positionText(c.position)}: ${c.severity === 'warning' ? 'warning: ' : ''}${c.what}${c.todo === '' ? '' : `; ${c.todo}`}`;
