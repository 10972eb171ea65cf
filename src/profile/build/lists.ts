import type { z } from 'zod';
import type { Limits } from '../../domain/facts/level.ts';
import type { Contact, EscalationLevel, ProfileLink } from '../../domain/profile/profile.ts';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import { checkNode, definite } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, textAt, type YamlNode } from '../document/tree.ts';
import { zContact, zEscalation, zLimits, zLink } from '../shape/sections.ts';
import { type BuildResult, duplicates, gapWarnings, mapItems } from './context.ts';

/** Builds the escalation path, first responder first. Every person in it must be one of the contacts. */
export const buildEscalation = (
  tree: MapNode,
  contacts: readonly string[],
): BuildResult<readonly EscalationLevel[]> => {
  const { made, diagnostics } = buildList(tree, 'escalation', zEscalation(), 'id', 'escalation step');
  const unknownContacts = mapItems(tree, 'escalation').maps.flatMap((node) => {
    const contact = childOf(node, 'contact');
    if (contact?.is !== 'scalar' || typeof contact.value !== 'string' || contact.gaps !== undefined)
      return [];
    const todo = didYouMean(contact.value, contacts, 'add this person under contacts');
    return contacts.includes(contact.value)
      ? []
      : [errorAt(contact.position, `escalation: no contact is called "${contact.value}"`, todo)];
  });
  return {
    made: made.map(({ title, after, ...rest }) =>
      definite({ ...rest, title: title ?? rest.id, afterMs: after }),
    ),
    diagnostics: [...diagnostics, ...unknownContacts],
  };
};

/** Builds a list of independent items: an item with an unresolved reference is skipped with a warning. */
export const buildList = <T>(
  tree: MapNode,
  section: string,
  schema: z.ZodType<T>,
  by: 'id' | 'name',
  noun: string,
): BuildResult<readonly T[]> => {
  const { maps, diagnostics: shape } = mapItems(tree, section);
  const made: T[] = [];
  const diagnostics: Diagnostic[] = [...shape];
  for (const [i, node] of maps.entries()) {
    const name = textAt(node, by) ?? textAt(node, 'title') ?? textAt(node, 'name');
    const label = name === undefined ? `${section}[${i}]` : `${noun} ${name}`;
    const checked = checkNode(schema, node, { label });
    diagnostics.push(...checked.diagnostics, ...gapWarnings(checked.gaps, `opsdeck ignores ${label}`));
    if (checked.value !== undefined && checked.gaps.length === 0) made.push(checked.value);
  }
  return { made, diagnostics: [...diagnostics, ...duplicates(maps, by, noun)] };
};

export const buildContacts = (tree: MapNode): BuildResult<readonly Contact[]> => {
  const { made, diagnostics } = buildList(tree, 'contacts', zContact(), 'id', 'contact');
  return {
    made: made.map(({ id, ...rest }) => ({ ...rest, id: id ?? rest.name })),
    diagnostics,
  };
};

export const buildLinks = (tree: MapNode): BuildResult<readonly ProfileLink[]> => {
  const { made, diagnostics } = buildList(tree, 'links', zLink(), 'id', 'link');
  return { made: made.map(({ id, ...rest }) => definite({ ...rest, id: id ?? rest.title })), diagnostics };
};

/** The position of each key under `limits`, as 'KIND.KEY'. */
const limitPositions = (limits: YamlNode): Readonly<Record<string, Position>> =>
  limits.is !== 'map'
    ? {}
    : Object.fromEntries(
        [...limits.entries].flatMap(([kind, { value }]) =>
          value.is === 'map'
            ? [...value.entries].map(([key, entry]) => [`${kind}.${key}`, entry.key] as const)
            : [],
        ),
      );

/** Builds the limits of the profile, with the positions of their keys for explanations. */
export const buildLimits = (
  tree: MapNode,
): BuildResult<{ readonly limits: Limits; readonly positions: Readonly<Record<string, Position>> }> => {
  const node = childOf(tree, 'limits');
  if (node === undefined) return { made: { limits: {}, positions: {} }, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zLimits(), node, { under: ['limits'] });
  const limits = value === undefined || gaps.length > 0 ? {} : definite(value);
  return {
    made: { limits, positions: limitPositions(node) },
    diagnostics: [...diagnostics, ...gapWarnings(gaps, 'opsdeck uses the built-in levels instead of limits')],
  };
};
