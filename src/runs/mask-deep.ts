import { maskTree, type NamedMask } from '../domain/mask/mask-tree.ts';

/**
 * The same data with every text in it masked, by its form and by the name of its field. For plain data only:
 * classes and functions do not survive.
 */
export const maskDeep = <T>(value: T, mask: NamedMask): T => maskTree(value, mask);
