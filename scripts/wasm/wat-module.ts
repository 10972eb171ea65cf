import wabt from 'wabt';

/** 'plain-bytes.wat' → 'plainBytesWasm'. */
const constantName = (file: string): string =>
  `${file.replace(/\.wat$/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Wasm`;

/** Source text of a TypeScript module with a WebAssembly module: `wat` (text format) compiled with wabt, as base64. */
export const watModule = async (wat: string, name: string): Promise<string> => {
  const { parseWat } = await wabt();
  const parsed = parseWat(name, wat, { simd: true });
  parsed.validate();
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  const base64 = Buffer.from(buffer).toString('base64');
  const lines = base64.match(/.{1,100}/g) ?? [];
  return [
    `/** Built from ${name} by \`npm run wasm\`. */`,
    `export const ${constantName(name)} = Buffer.from(`,
    `  ${lines.map((line) => `'${line}'`).join(' +\n    ')},`,
    "  'base64',",
    ');',
    '',
  ].join('\n');
};
