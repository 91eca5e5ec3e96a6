{#
    Makes a model keep its rows and work only on keys that a change of files can have touched. Its
    rows must name the key's columns, as the rows that it reads do, and the file that each stands
    from; rows of other keys must not matter to them.
#}
{% macro restated(rows, key, sources) -%}
    {{
        config(
            materialized="incremental",
            incremental_strategy="touched_keys",
            unique_key=key,
            meta={"rows": rows, "sources": sources},
            pre_hook="{{ find_touched_keys() }}",
            post_hook="{{ remember_files() }}",
        )
    }}
{%- endmacro %}
