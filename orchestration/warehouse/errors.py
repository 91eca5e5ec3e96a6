"""What the warehouse raises."""


class WarehouseError(Exception):
    """The warehouse cannot do this; the message names the file, the fault and the mend."""
