import { isJsonList, isJsonObject, isSameJson, type Json, type JsonObject } from './json.ts';

/** A JSON merge patch: null removes a key, a value other than an object replaces. Source: RFC 7386. */
export const mergePatch = (target: Json | undefined, patch: Json): Json => {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, Json> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
};

/** Lists whose items are merged by a key; other lists are replaced. Source: `patchMergeKey` of core/v1. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
  conditions: 'type',
};

/** The merge key of a list, if all items have it. */
export const mergeKeyOf = (field: string, items: readonly Json[]): string | undefined => {
  const key = mergeKeys[field];
  return key !== undefined && items.every((item) => isJsonObject(item) && key in item) ? key : undefined;
};

const mergeList = (target: readonly Json[], patch: readonly Json[], key: string): readonly Json[] => {
  let result = [...target];
  for (const item of patch) {
    if (!isJsonObject(item)) continue;
    const isMeant = (other: Json): boolean => isJsonObject(other) && isSameJson(other[key], item[key]);
    if (item.$patch === 'delete') result = result.filter((other) => !isMeant(other));
    else if (result.some(isMeant))
      result = result.map((other) => (isMeant(other) ? strategicPatch(other, item) : other));
    else result.push(item);
  }
  return result;
};

const merged = (field: string, before: Json | undefined, value: Json): Json => {
  if (!isJsonList(value)) return strategicPatch(before, value);
  const replaces = value.some((item) => isJsonObject(item) && item.$patch === 'replace');
  const items = value.filter((item) => !(isJsonObject(item) && item.$patch === 'replace'));
  const key = mergeKeyOf(field, items);
  return key === undefined || replaces ? items : mergeList(isJsonList(before) ? before : [], items, key);
};

/** A strategic merge patch: a merge patch in which keyed lists are merged item by item; with `$patch: delete` and `replace`. */
export const strategicPatch = (target: Json | undefined, patch: Json): Json => {
  if (!isJsonObject(patch)) return patch;
  const { $patch, ...changes }: JsonObject = patch;
  const result: Record<string, Json> = isJsonObject(target) && $patch !== 'replace' ? { ...target } : {};
  for (const [field, value] of Object.entries(changes)) {
    if (field.startsWith('$')) continue;
    if (value === null) delete result[field];
    else result[field] = merged(field, result[field], value);
  }
  return result;
};
