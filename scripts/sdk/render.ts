import type { PublicApi } from './declarations.ts';

const heads = /^(?:interface|type|const|class|abstract class|function|enum) /;

const byName = <T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** A top-level declaration; values need `declare` in a .d.ts file. */
const standalone = (text: string, isExport: boolean): string => {
  if (!heads.test(text)) throw new Error(`not a declaration: ${text.slice(0, 80)}`);
  const declared = /^(?:interface|type) /.test(text) ? text : `declare ${text}`;
  return isExport ? `export ${declared}` : declared;
};

const importsOf = ({ packages }: PublicApi): readonly string[] =>
  byName(packages).flatMap(([from, names]) => {
    const all = byName(names).map(([name]) => name);
    const shown = all.filter((name) => names.get(name) === true);
    const only = shown.length === 0 ? 'type ' : '';
    const list = all.map((name) => (only === '' && names.get(name) !== true ? `type ${name}` : name));
    const lines = [`import ${only}{ ${list.join(', ')} } from '${from}';`];
    return shown.length === 0 ? lines : [...lines, `export { ${shown.join(', ')} };`];
  });

/** A self-contained .d.ts file of an entry point with everything it references. */
export const declarationFile = (api: PublicApi): string => {
  const part = (map: PublicApi['exported'], isExport: boolean): readonly string[] =>
    byName(map).flatMap(([, declared]) =>
      declared.map(({ doc, text }) => `${doc === '' ? '' : `${doc}\n`}${standalone(text, isExport)}`),
    );
  return `${[...importsOf(api), ...part(api.exported, true), ...part(api.referred, false), 'export {};'].join('\n')}\n`;
};

/** A declaration in the report, without comments and the resulting empty lines. */
const bare = (text: string): string =>
  text
    .replaceAll(/[ \t]*\/\*[\s\S]*?\*\/[ \t]*\n?/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');

const block = (map: PublicApi['exported']): string =>
  byName(map)
    .flatMap(([, declared]) => declared.map(({ text }) => bare(text)))
    .join('\n');

/** The section of an entry point in docs/reference/sdk-api.md. */
export const reportPart = (title: string, api: PublicApi): string => `## ${title}

\`\`\`ts
${importsOf(api).join('\n')}

${block(api.exported)}
\`\`\`

Types that these refer to:

\`\`\`ts
${block(api.referred)}
\`\`\`
`;
