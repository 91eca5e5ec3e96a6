{# The table of the files that a restated model's rows were made from, beside the model's own. #}
{% macro files_built_from() -%}
    {{ this.incorporate(path={"identifier": this.identifier ~ "__files"}) }}
{%- endmacro %}
