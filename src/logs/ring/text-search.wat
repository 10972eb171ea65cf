;; Finds a text in bytes: compares two of its bytes at 64 positions at once, and the whole text where both are equal.
;; Built by `npm run wasm` into text-search-wasm.ts.
(module
  ;; 0: the text to find, at most 256 bytes. 256: a mask for each of its bytes, which is set in a byte before it is compared: 0x20
  ;; folds a letter's case, 0 does nothing. 512: the bytes to search, and room for the vectors that read past their end.
  (import "" "memory" (memory 1))

  ;; $from, $to: the addresses to search. $length: bytes of the text to find, at least 1. $a, $b: indexes of the two bytes.
  ;; Returns the address of the first match that starts at $from or later and ends before $to; -1 if there is none.
  (func (export "find")
    (param $from i32) (param $to i32) (param $length i32) (param $a i32) (param $b i32) (result i32)
    (local $last i32)
    (local $hits i64)
    (local $hits0 v128)
    (local $hits16 v128)
    (local $hits32 v128)
    (local $hits48 v128)
    (local $start i32)
    (local $index i32)
    (local $byteA v128)
    (local $byteB v128)
    (local $maskA v128)
    (local $maskB v128)
    (local.set $last (i32.sub (local.get $to) (local.get $length)))
    (if (i32.lt_s (local.get $last) (local.get $from)) (then (return (i32.const -1))))
    (local.set $byteA (i8x16.splat (i32.load8_u (local.get $a))))
    (local.set $byteB (i8x16.splat (i32.load8_u (local.get $b))))
    (local.set $maskA (i8x16.splat (i32.load8_u offset=256 (local.get $a))))
    (local.set $maskB (i8x16.splat (i32.load8_u offset=256 (local.get $b))))
    (loop $next
      ;; The next 64 positions.
      (local.set $hits0
        (v128.and
          (i8x16.eq (v128.or (v128.load offset=0 (i32.add (local.get $from) (local.get $a))) (local.get $maskA)) (local.get $byteA))
          (i8x16.eq (v128.or (v128.load offset=0 (i32.add (local.get $from) (local.get $b))) (local.get $maskB)) (local.get $byteB))))
      (local.set $hits16
        (v128.and
          (i8x16.eq (v128.or (v128.load offset=16 (i32.add (local.get $from) (local.get $a))) (local.get $maskA)) (local.get $byteA))
          (i8x16.eq (v128.or (v128.load offset=16 (i32.add (local.get $from) (local.get $b))) (local.get $maskB)) (local.get $byteB))))
      (local.set $hits32
        (v128.and
          (i8x16.eq (v128.or (v128.load offset=32 (i32.add (local.get $from) (local.get $a))) (local.get $maskA)) (local.get $byteA))
          (i8x16.eq (v128.or (v128.load offset=32 (i32.add (local.get $from) (local.get $b))) (local.get $maskB)) (local.get $byteB))))
      (local.set $hits48
        (v128.and
          (i8x16.eq (v128.or (v128.load offset=48 (i32.add (local.get $from) (local.get $a))) (local.get $maskA)) (local.get $byteA))
          (i8x16.eq (v128.or (v128.load offset=48 (i32.add (local.get $from) (local.get $b))) (local.get $maskB)) (local.get $byteB))))
      (if
        (v128.any_true
          (v128.or
            (v128.or (local.get $hits0) (local.get $hits16))
            (v128.or (local.get $hits32) (local.get $hits48))))
        (then
          ;; A bit for each position.
          (local.set $hits
            (i64.or
              (i64.or
                (i64.extend_i32_u (i8x16.bitmask (local.get $hits0)))
                (i64.shl (i64.extend_i32_u (i8x16.bitmask (local.get $hits16))) (i64.const 16)))
              (i64.or
                (i64.shl (i64.extend_i32_u (i8x16.bitmask (local.get $hits32))) (i64.const 32))
                (i64.shl (i64.extend_i32_u (i8x16.bitmask (local.get $hits48))) (i64.const 48)))))
          (loop $candidate
            (local.set $start (i32.add (local.get $from) (i32.wrap_i64 (i64.ctz (local.get $hits)))))
            (if (i32.gt_s (local.get $start) (local.get $last)) (then (return (i32.const -1))))
            (local.set $index (i32.const 0))
            (block $differs
              (loop $compare
                (br_if $differs
                  (i32.ne
                    (i32.or
                      (i32.load8_u (i32.add (local.get $start) (local.get $index)))
                      (i32.load8_u offset=256 (local.get $index)))
                    (i32.load8_u (local.get $index))))
                (local.set $index (i32.add (local.get $index) (i32.const 1)))
                (br_if $compare (i32.lt_u (local.get $index) (local.get $length))))
              (return (local.get $start)))
            (local.set $hits (i64.and (local.get $hits) (i64.sub (local.get $hits) (i64.const 1))))
            (br_if $candidate (i64.ne (local.get $hits) (i64.const 0))))))
      (local.set $from (i32.add (local.get $from) (i32.const 64)))
      (br_if $next (i32.le_s (local.get $from) (local.get $last))))
    (i32.const -1)))
