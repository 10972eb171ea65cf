/** The keys that name an environment. */
export const head = 'opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n';

/** A source, and the key of its section. */
export const api =
  'sources:\n  api: { type: http, url: "http://127.0.0.1:8080", checks: [{ service: api, path: /healthz }] }\n';

const others =
  '  db: { type: postgres, url: "postgres://ops@127.0.0.1/shop" }\n  k8s: { type: kubernetes, context: prod, namespace: shop }\n';

/** A valid profile with three sources. */
export const base = `${head}${api}${others}`;

/** A profile whose only source has these keys. */
export const src = (keys: string): string => `${head}sources:\n  x: { ${keys} }\n`;

/** A profile with a signal that has these keys. */
export const sig = (keys: string): string => `${base}signals:\n  - { id: a, title: A, ${keys} }\n`;

/** A profile with a runbook that has these lines. */
export const rb = (lines: string): string =>
  `${base}runbooks:\n  - id: r\n    title: R\n${lines
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`;

/** A manual step. */
export const act = 'act: [{ id: a1, title: T, manual: true }]';

/** A profile with one mistake, the line and column where `validate` names it, and what it says to do. */
export type WrongProfile = readonly [text: string, at: string, next: string];
