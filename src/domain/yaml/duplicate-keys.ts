import { type Document, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap, YAMLParseError } from 'yaml';

/** True for a value that equals another one of its text: NaN and dates equal nothing. */
const isComparable = (value: unknown): boolean =>
  (typeof value !== 'object' || value === null) && !Number.isNaN(value);

/** Iterates over the maps of a value, in the order of the text. Its depth is limited. */
function* mapsIn(node: unknown): Generator<YAMLMap> {
  if (isMap(node)) {
    yield node;
    for (const { key, value } of node.items) {
      yield* mapsIn(key);
      yield* mapsIn(value);
    }
  } else if (isSeq(node)) for (const item of node.items) yield* mapsIn(item);
}

/** Adds an error at each key that its map already has, like the YAML library, but in linear time. */
export const addDuplicateKeys = (document: Document.Parsed): void => {
  const before = document.errors.length;
  for (const map of mapsIn(document.contents)) {
    const seen = new Set<unknown>();
    for (const { key } of map.items) {
      if (!isScalar(key) || !isComparable(key.value)) continue;
      const [position = 0] = (key as ParsedNode).range ?? [];
      if (seen.has(key.value))
        document.errors.push(
          new YAMLParseError([position, position + 1], 'DUPLICATE_KEY', 'Map keys must be unique'),
        );
      seen.add(key.value);
    }
  }
  if (document.errors.length > before) document.errors.sort((a, b) => a.pos[0] - b.pos[0]);
};
