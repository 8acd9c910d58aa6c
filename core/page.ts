/**
 * Where in a page of 4 KiB the memory begins that large copies go through.
 *
 * Where a copy of 4 to 512 KiB goes to a place that lies 1 to 31 bytes further in its page than the one it comes from, AMD's processors of
 * the kinds Zen 3 and 4 take ten times as long for it: `REP MOVSB` takes the bytes to depend on each other (glibc's bug 30994; version
 * 2.36, for one, uses that instruction there). Arrays and texts of that size begin where a page does, or a few bytes behind. So what the
 * library chooses lies a quarter of a page from there, and from each other; where an allocator begins large private memory elsewhere in
 * a page, chance decides, as it did before.
 * @module
 */

/** Bytes that a chain leaves empty before its first; one of bytes that fill their blocks takes one block more. */
export const CHAIN_IN_PAGE = 1024;
/** Offset of a thread's scratch in its buffer. */
export const SCRATCH_IN_PAGE = 2048;
/** Offset in its buffer of what is copied by way of. */
export const PIECE_IN_PAGE = 3072;
