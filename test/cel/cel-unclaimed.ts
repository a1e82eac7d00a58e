/** Cases of the specification that navi does not claim, for one reason. */
export interface Unclaimed {
  readonly reason: string;
  /** How many cases fail for it: those of a pattern that pass after all make this number wrong. */
  readonly count: number;
  /** `suite/section/name` of each, or patterns of such ids. */
  readonly ids: readonly (string | RegExp)[];
  /** Besides: cases with such an expression, or such values of their variables. */
  readonly texts?: RegExp;
}

/** Each case is counted with the first reason that fits. */
export const unclaimed: readonly Unclaimed[] = [
  {
    reason: 'protobuf messages, enums, wrappers and extensions: objects of Kubernetes are maps',
    count: 693,
    ids: [/^(?:proto2|proto2_ext|proto3|enums|wrappers)\//, /^type_deductions\/wrappers\//],
    texts:
      /\b(?:(?:Nested)?TestAllTypes|TestRequired|NestedEnum|GlobalEnum|NullValue)\b|\bgoogle\.protobuf\.(?!Timestamp|Duration)|\bmsg\./,
  },
  {
    reason: "extensions that Kubernetes' expressions do not have either: math, base64, cel.block",
    count: 227,
    ids: [/^(?:math_ext|encoders_ext|block_ext)\//],
  },
  {
    reason: 'types of expressions are not shown; tuple, sort and fn are functions of that suite alone',
    count: 14,
    ids: [/^type_deductions\//],
  },
  {
    reason:
      'an expression is checked before it runs: what cannot be right is refused although it might never be reached',
    count: 27,
    ids: [
      'basic/functions/unbound_is_runtime_error',
      'comparisons/eq_literal/eq_list_elem_mixed_types',
      'comparisons/eq_literal/eq_mixed_types',
      'comparisons/eq_literal/not_eq_list_length',
      'comparisons/ne_literal/ne_mixed_types',
      'logic/AND/short_circuit_type_left',
      'logic/AND/short_circuit_type_right',
      'logic/OR/short_circuit_type_left',
      'logic/OR/short_circuit_type_right',
      'logic/conditional/mixed_type',
      /^parse\/receiver_function_names\//,
    ],
  },
  {
    reason: 'unsigned numbers within lists and as an index are not compared with signed ones: JSON has none',
    count: 7,
    ids: [
      'comparisons/eq_literal/eq_list_mixed_type_numbers',
      'comparisons/eq_literal/eq_map_mixed_type_numbers',
      'lists/in/double_in_uints',
      'lists/in/int_in_uints',
      'lists/in/uint_in_doubles',
      'lists/in/uint_in_ints',
      'lists/index/zero_based_uint',
    ],
  },
  {
    reason: 'ints and doubles beyond 2^53 are compared exactly; the specification loses the last digits',
    count: 4,
    ids: [
      'comparisons/gt_literal/not_gt_dyn_big_double_int',
      'comparisons/gte_literal/gte_dyn_int_big_lossy_double',
      'comparisons/lt_literal/not_lt_dyn_int_big_lossy_double',
      'comparisons/lte_literal/lte_dyn_big_double_int',
    ],
  },
  {
    reason: 'times are of whole milliseconds, and neither they nor durations are refused beyond 10,000 years',
    count: 14,
    ids: [
      'timestamps/timestamp_arithmetic/add_time_to_duration_nanos_positive',
      'timestamps/timestamp_conversions/toString_timestamp_nanos',
      /^timestamps\/(?:timestamp|duration)_range\//,
    ],
  },
  {
    reason: 'variables have plain names, and there are no containers of names',
    count: 7,
    ids: [
      'fields/qualified_identifier_resolution/ident_with_longest_prefix_check',
      'fields/qualified_identifier_resolution/map_field_select',
      'fields/qualified_identifier_resolution/qualified_ident',
      'fields/qualified_identifier_resolution/qualified_identifier_resolution_unchecked',
      /^namespace\//,
    ],
  },
  {
    reason: '`type` is the field of Events and Secrets, null is of type `null`, and optionals have no type to be named',
    count: 5,
    ids: [/^conversions\/type\//, 'optionals/optionals/type'],
  },
  {
    reason: 'bytes are written with escapes or ASCII, and never raw: JSON has none',
    count: 11,
    ids: [
      'basic/self_eval_nonzeroish/self_eval_bytes_escape',
      'comparisons/eq_literal/eq_bytes',
      'comparisons/ne_literal/not_ne_bytes',
      /^parse\/bytes_literals\/(?:upper_)?raw_/,
    ],
  },
  {
    reason: "the library's arithmetic: the least int may be negated, and a time is added to, not a duration",
    count: 3,
    ids: [
      'integer_math/int64_math/int64_min_negate',
      'integer_math/int64_math/int64_min_negate_div',
      'timestamps/timestamp_arithmetic/add_time_to_duration',
    ],
  },
  {
    reason: 'a number has a digit before its point',
    count: 1,
    ids: ['comparisons/gt_literal/not_gt_double'],
  },
  {
    reason: 'a field of what an optional has, and that can have none, is none and no error',
    count: 2,
    ids: ['optionals/optionals/map_null_entry_no_such_key', 'optionals/optionals/map_present_key_invalid_field'],
  },
  {
    reason:
      'as Kubernetes 1.36 has it: a place beyond a text finds nothing, and milliseconds are those of the whole duration',
    count: 3,
    ids: [
      'string_ext/value_errors/indexof_out_of_range',
      'string_ext/value_errors/lastindexof_out_of_range',
      'timestamps/duration_converters/get_milliseconds',
    ],
  },
];
