import { isMap, isScalar, type YAMLMap } from 'yaml';
import { type RenamedKey, renamedGuardKeys, renamedSourceKeys } from '../document/former-keys.ts';
import type { DocumentPath, StepChange, StepNote, UpgradeStep } from './step.ts';

/** The former names among the keys of a map, with their place; those of a map that has both names are left to a person. */
const formerKeys = (map: YAMLMap, renamed: readonly RenamedKey[]) =>
  renamed.flatMap((name) => {
    const key = map.items.find((pair) => isScalar(pair.key) && pair.key.value === name.former)?.key;
    return isScalar(key) && key.range != null ? [{ ...name, start: key.range[0], end: key.range[1] }] : [];
  });

const mapIn = (map: unknown, key: string): YAMLMap | undefined => {
  const value = isMap(map) ? map.get(key, true) : undefined;
  return isMap(value) ? value : undefined;
};

/** A map of a document whose keys have other names now. */
interface Renaming {
  readonly map: YAMLMap;
  readonly path: DocumentPath;
  readonly renamed: readonly RenamedKey[];
}

const changeOf = ({ map, path }: Renaming, key: ReturnType<typeof formerKeys>[number]): StepChange => {
  const { former, present, start, end } = key;
  const value = map.get(former, true);
  return {
    at: start,
    what: `the key ${former} of ${path.join('.')} is now called ${present}`,
    edits: [{ start, end, text: present }],
    values: [
      { path: [...path, former], value: undefined },
      { path: [...path, present], value: isScalar(value) ? value.value : value },
    ],
  };
};

/** The sources of a file. The type of one without `type` is in its base. */
const sourcesOf = (root: unknown): readonly { readonly id: string; readonly map: YAMLMap }[] =>
  mapIn(root, 'sources')?.items.flatMap(({ key, value }) =>
    isScalar(key) && isMap(value) ? [{ id: String(key.value), map: value }] : [],
  ) ?? [];

/** Every key of a source that has another name in some type. */
const anyRenamed = [...new Set([...renamedSourceKeys.values()].flat())];

/** Gives renamed keys their present names. The former ones stay valid. */
export const renamedKeys: UpgradeStep = {
  id: 'renamed-keys',
  format: 1,
  title: 'some keys have clearer names: limit instead of most, lookback instead of back',
  find: ({ document: { contents: root } }) => {
    const blast = mapIn(mapIn(root, 'guard'), 'blast');
    const renamings: Renaming[] = [];
    if (blast !== undefined)
      renamings.push({ map: blast, path: ['guard', 'blast'], renamed: renamedGuardKeys });
    const notes: StepNote[] = [];
    for (const { id, map } of sourcesOf(root)) {
      const type = map.get('type');
      if (type === undefined) {
        for (const { former, present, start } of formerKeys(map, anyRenamed))
          notes.push({
            at: start,
            what: `the key ${former} of sources.${id} is now called ${present} if the type is ${typesWith(former)}`,
            todo: `rename the key to ${present}. The type is in another file`,
          });
      } else
        renamings.push({
          map,
          path: ['sources', id],
          renamed: renamedSourceKeys.get(String(type)) ?? [],
        });
    }
    const changes = renamings.flatMap((renaming) =>
      formerKeys(renaming.map, renaming.renamed)
        .filter(({ present }) => !renaming.map.has(present))
        .map((key) => changeOf(renaming, key)),
    );
    return { changes, notes };
  },
};

/** The source types that had a former name: 'aws or loki'. */
const typesWith = (former: string): string =>
  [...renamedSourceKeys]
    .filter(([, renamed]) => renamed.some((name) => name.former === former))
    .map(([type]) => type)
    .join(' or ');
