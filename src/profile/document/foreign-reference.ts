import type { YamlNode } from './tree.ts';
import type { Words } from './yaml-tree.ts';

/** References as shells, Helm, Ansible, GitHub Actions and Windows write them. Upper case, because a password may begin with $. */
const forms: readonly RegExp[] = [
  /^\$([A-Z_][A-Z0-9_]{2,})$/,
  /^\$\(([A-Z_][A-Z0-9_]{2,})\)$/,
  /^\{\{\s*(?:env\.|\$)?([A-Z_][A-Z0-9_]{2,})\s*\}\}$/,
  /^%([A-Z_][A-Z0-9_]{2,})%$/,
];

/** Returns what to write instead of a value that is a reference in another tool and plain text in a profile; undefined for any other value. */
export const foreignReference = (node: YamlNode): Words | undefined => {
  if (node.is !== 'scalar' || typeof node.value !== 'string') return undefined;
  const text = node.value;
  const name = forms.map((form) => form.exec(text)?.[1]).find((found) => found !== undefined);
  return name === undefined
    ? undefined
    : { what: `"${text}" is plain text here, not a reference`, todo: `write \${env:${name}}` };
};
