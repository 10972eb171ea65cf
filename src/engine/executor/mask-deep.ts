import { maskTree, type NamedMask } from '../../domain/mask/mask-tree.ts';

/**
 * The same data with every text in it masked, by what it says and by the field that it stands under. For plain data only:
 * classes and functions do not survive.
 */
export const maskDeep = <T>(value: T, mask: NamedMask): T => maskTree(value, mask);
